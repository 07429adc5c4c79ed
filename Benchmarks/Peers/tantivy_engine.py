"""tantivy as a child process of the benchmarks.

One command a line on standard input, one answer a line on standard output; fields are separated by tabs. What is
measured is measured here, around the calls of the library, so that neither the pipe nor the parsing of a command
counts.

    build    <directory> <corpus> <threads> <commits> <index option>   -> seconds, CPU seconds, segments
    open     <directory>                                               -> segments
    query    <any | all> <session | -> <word> ...                      -> number of the query
    run      <enough> <budget in nanoseconds> <number> ...             -> nanoseconds of each query that was run
    hits     <number of the query>                                     -> key:score ...
"""

import gc
import mmap
import struct
import sys
import time

import tantivy

HITS = 10
HEAP = 2_000_000_000


def make_schema(index_option):
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("content", stored=False, tokenizer_name="default", index_option=index_option)
    builder.add_unsigned_field("session", indexed=True)
    builder.add_unsigned_field("key", fast=True)
    return builder.build()


def documents(corpus):
    """All messages, as documents of the library: `session u32 | sequence u32 | length u32 | content` each."""
    result = []
    with open(corpus, "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        position = 0
        while position < len(data):
            session, sequence, length = struct.unpack_from("<III", data, position)
            position += 12
            document = tantivy.Document()
            document.add_text("content", data[position:position + length].decode("utf-8"))
            document.add_unsigned("session", session)
            document.add_unsigned("key", session << 32 | sequence)
            result.append(document)
            position += length
    return result


class Engine:
    def __init__(self):
        self.queries = []
        self.searcher = None
        self.schema = None

    def build(self, directory, corpus, threads, commits, index_option):
        messages = documents(corpus)
        index = tantivy.Index(make_schema(index_option), path=directory)
        commits = int(commits)
        share = (len(messages) + commits - 1) // commits
        processor = time.process_time()
        start = time.perf_counter()
        writer = index.writer(heap_size=HEAP, num_threads=int(threads))
        for first in range(0, len(messages), share):
            for message in messages[first:first + share]:
                writer.add_document(message)
            writer.commit()
        seconds = time.perf_counter() - start
        writer.wait_merging_threads()
        processor = time.process_time() - processor
        index.reload()
        return seconds, processor, index.searcher().num_segments

    def open(self, directory):
        index = tantivy.Index.open(directory)
        self.schema = index.schema
        self.searcher = index.searcher()
        return (self.searcher.num_segments,)

    def query(self, operation, session, *words):
        occurrence = tantivy.Occur.Must if operation == "all" else tantivy.Occur.Should
        terms = [tantivy.Query.term_query(self.schema, "content", word, "freq") for word in words]
        query = terms[0]
        if len(terms) > 1:
            query = tantivy.Query.boolean_query([(occurrence, term) for term in terms])
        if session != "-":
            scope = tantivy.Query.term_query(self.schema, "session", int(session), "basic")
            scope = tantivy.Query.const_score_query(scope, 0.0)
            # Flat where that says the same: the words of an AND query join the scope in one intersection.
            if operation == "all" and len(terms) > 1:
                parts = [(tantivy.Occur.Must, term) for term in terms]
            else:
                parts = [(tantivy.Occur.Must, query)]
            query = tantivy.Query.boolean_query([(tantivy.Occur.Must, scope)] + parts)
        self.queries.append(query)
        return (len(self.queries) - 1,)

    def run(self, enough, budget, *numbers):
        enough, budget = int(enough), int(budget)
        search, clock = self.searcher.search, time.perf_counter_ns
        times = []
        begin = clock()
        for query in [self.queries[int(number)] for number in numbers]:
            start = clock()
            search(query, HITS, count=False)
            end = clock()
            times.append(end - start)
            if len(times) >= enough and end - begin > budget:
                break
        return times

    def hits(self, number):
        hits = self.searcher.search(self.queries[int(number)], HITS, count=False).hits
        # Not timed: each call reads the whole directory of the column.
        keys = self.searcher.fast_field_values("key", [address for _, address in hits])
        return [f"{key}:{score!r}" for (score, _), key in zip(hits, keys)]


def main():
    gc.disable()
    engine = Engine()
    for line in sys.stdin:
        command, *fields = line.rstrip("\n").split("\t")
        try:
            answer = getattr(engine, command)(*fields)
            print("ok", *answer, sep="\t", flush=True)
        except Exception as error:
            print("error", str(error).replace("\n", " ").replace("\t", " "), sep="\t", flush=True)


main()
