"""LangGraph: SqliteSaver, by graphs that are run, and a channel that keeps what was added instead of all."""

import operator
import pickle
import sqlite3
from contextlib import closing
from typing import Annotated, TypedDict

from langchain_core.messages import AIMessage, AnyMessage, HumanMessage, RemoveMessage
from langgraph.channels.delta import DeltaChannel
from langgraph.checkpoint.serde.encrypted import EncryptedSerializer
from langgraph.checkpoint.sqlite import SqliteSaver
from langgraph.graph import END, START, MessagesState, StateGraph
from langgraph.graph.message import add_messages

from corpus import conversations, turns
from langchain_messages import messages, odd_messages
from layout import Layout


def scripted_graph(saver, answers, state=MessagesState):
    """A graph of one node, which answers with the next of `answers`: lists of messages."""
    builder = StateGraph(state)
    builder.add_node("model", lambda _: {"messages": next(answers)})
    builder.add_edge(START, "model")
    builder.add_edge("model", END)
    return builder.compile(checkpointer=saver)


def thread(thread_id):
    return {"configurable": {"thread_id": thread_id}}


def run(saver, thread_id, inputs_and_answers, state=MessagesState):
    graph = scripted_graph(saver, (answer for _, answer in inputs_and_answers), state)
    for given, _ in inputs_and_answers:
        graph.invoke({"messages": given}, thread(thread_id))
    return graph


def expect(layout, thread_id, pairs):
    for _, expected in pairs:
        layout.expect(thread_id, **expected)


def pieces(said, longest=40):
    """(input, answer) of the turns of a conversation; long ones are taken in few steps, as each step is all of it."""
    found = turns(said)
    if len(found) > longest:
        step = len(found) // 5 + 1
        found = [sum(found[start : start + step], []) for start in range(0, len(found), step)]
    if found[0][0].role == "system":
        found[:2] = [found[0] + found[1]]
    for piece in found:
        made = [message for message, _ in messages(piece)]
        given = 2 if piece[0].role == "system" else 1
        yield made[:given], made[given:]


def add_conversations(layout, saver):
    for conversation in conversations():
        run(saver, conversation.id, list(pieces(conversation.messages)))
        expect(layout, conversation.id, messages(conversation.messages))
    pairs = list(odd_messages())
    # In the state every message has an id: those without one get a random one.
    for number, (message, expected) in enumerate(pairs):
        message.id = expected["id"] = expected["id"] or f"given-{number}"
    run(saver, "odd-messages", [([message for message, _ in pairs], [])])
    expect(layout, "odd-messages", pairs)


def add_edits(layout, saver):
    """A message that was replaced, one that was removed, and a conversation that went on from an earlier state."""
    graph = run(saver, "edited", [([HumanMessage("one", id="1")], [AIMessage("two", id="2")])])
    graph.update_state(thread("edited"), {"messages": [HumanMessage("ONE", id="1"), RemoveMessage("2")]})
    graph.update_state(thread("edited"), {"messages": [AIMessage("TWO", id="3")]})
    layout.expect("edited", "user", "ONE", id="1")
    layout.expect("edited", "assistant", "TWO", id="3")

    script = [([HumanMessage(f"ask {n}", id=f"q{n}")], [AIMessage(f"answer {n}", id=f"a{n}")]) for n in range(3)]
    graph = run(saver, "forked", script)
    earlier = [state for state in graph.get_state_history(thread("forked")) if len(state.values["messages"]) == 2][0]
    config = graph.update_state(earlier.config, {"messages": [HumanMessage("another way", id="q9")]}, as_node="model")
    assert config["configurable"]["checkpoint_id"] > earlier.config["configurable"]["checkpoint_id"]
    layout.expect("forked", "user", "ask 0", id="q0")
    layout.expect("forked", "assistant", "answer 0", id="a0")
    layout.expect("forked", "user", "another way", id="q9")


class Counted(TypedDict):
    count: Annotated[int, operator.add]


def add_others(layout, saver):
    """A graph inside of a graph, one without messages, and what can't be read."""
    inner = StateGraph(MessagesState)
    inner.add_node("inside", lambda _: {"messages": [AIMessage("from inside", id="i1")]})
    inner.add_edge(START, "inside")
    outer = StateGraph(MessagesState)
    outer.add_node("inner", inner.compile(checkpointer=True))
    outer.add_edge(START, "inner")
    graph = outer.compile(checkpointer=saver)
    graph.invoke({"messages": [HumanMessage("to inside", id="i0")]}, thread("nested"))
    layout.expect("nested", "user", "to inside", id="i0")
    layout.expect("nested", "assistant", "from inside", id="i1")
    layout.skip("checkpoints of nested with a checkpoint_ns", "the inner graph's state is in the outer one")

    counter = StateGraph(Counted)
    counter.add_node("count", lambda _: {"count": 1})
    counter.add_edge(START, "count")
    counter.compile(checkpointer=saver).invoke({"count": 1}, thread("counter"))
    layout.skip("thread counter", "no messages in its state")

    encrypted = SqliteSaver(saver.conn, serde=EncryptedSerializer.from_pycryptodome_aes(key=b"0123456789abcdef"))
    run(encrypted, "encrypted", [([HumanMessage("secret", id="s")], [AIMessage("hushed", id="h")])])
    layout.refuse("thread encrypted", "type msgpack+aes")


def damage(layout, path):
    with closing(sqlite3.connect(path)) as connection:
        insert = (
            "INSERT INTO checkpoints (thread_id, checkpoint_id, type, checkpoint, metadata) VALUES (?, ?, ?, ?, '{}')"
        )
        connection.execute(insert, ("pickled", "1f0", "pickle", pickle.dumps({"channel_values": {"messages": []}})))
        layout.refuse("thread pickled", "type pickle")
        select = "SELECT checkpoint FROM checkpoints WHERE thread_id = 'tools' ORDER BY checkpoint_id DESC LIMIT 1"
        (whole,) = connection.execute(select).fetchone()
        connection.execute(insert, ("cut", "1f0", "msgpack", whole[: len(whole) // 2]))
        layout.refuse("thread cut", "msgpack cut off")
        connection.execute(insert, ("empty", "1f0", "msgpack", b""))
        layout.refuse("thread empty", "msgpack cut off")
        # One level inside of the next: a reader that calls itself for each runs out of its stack.
        connection.execute(insert, ("deep", "1f0", "msgpack", b"\x91" * 1_000_000 + b"\xc0"))
        layout.refuse("thread deep", "nested too deep")
        # Lengths of 4 GiB, of which nothing is there.
        connection.execute(insert, ("long", "1f0", "msgpack", b"\xdd\xff\xff\xff\xff"))
        layout.refuse("thread long", "msgpack cut off")
        connection.commit()


def generate():
    layout = Layout("langgraph-sqlite", "langgraph", "langgraph-checkpoint-sqlite", "langgraph-checkpoint", "ormsgpack")
    path = layout.path("checkpoints.db")
    with SqliteSaver.from_conn_string(str(path)) as saver:
        add_conversations(layout, saver)
        add_edits(layout, saver)
        add_others(layout, saver)
        run(saver, "gone", [([HumanMessage("Forget me.")], [AIMessage("Who?")])])
        saver.delete_thread("gone")
    damage(layout, path)
    layout.sqlite_schema("checkpoints.db")
    note_values(layout, path)
    layout.close()


def generate_delta():
    """Threads of which the newest checkpoint has no messages, or only older ones: the rest stands in `writes`."""

    def join(state, updates):
        for update in updates:
            state = add_messages(state, update)
        return state

    class State(TypedDict):
        messages: Annotated[list[AnyMessage], DeltaChannel(join, snapshot_frequency=6)]

    layout = Layout("langgraph-sqlite-delta", "langgraph", "langgraph-checkpoint-sqlite", "langgraph-checkpoint")
    path = layout.path("checkpoints.db")
    with SqliteSaver.from_conn_string(str(path)) as saver:
        for conversation in conversations()[:4]:
            run(saver, conversation.id, list(pieces(conversation.messages)), State)
            expect(layout, conversation.id, messages(conversation.messages))
    layout.sqlite_schema("checkpoints.db")
    note_values(layout, path)
    layout.differs("a DeltaChannel (beta) keeps what was added in `writes`, and a snapshot (Ext 7) now and then")
    layout.close()


def note_values(layout, path):
    """Notes what the newest checkpoints are made of."""
    with SqliteSaver.from_conn_string(str(path)) as saver:
        query = "SELECT type, checkpoint, checkpoint_id FROM checkpoints WHERE thread_id = 'tools' ORDER BY 3 DESC"
        kind, blob, _ = saver.conn.execute(query).fetchone()
        checkpoint = saver.serde.loads_typed((kind, blob))
        layout.notes["checkpoint"] = {
            "type": kind,
            "keys": sorted(checkpoint),
            "channels": {name: type(value).__name__ for name, value in checkpoint["channel_values"].items()},
        }
        query = "SELECT DISTINCT type FROM checkpoints UNION SELECT DISTINCT type FROM writes"
        layout.notes["types"] = sorted(kind for (kind,) in saver.conn.execute(query))


if __name__ == "__main__":
    generate()
    generate_delta()
