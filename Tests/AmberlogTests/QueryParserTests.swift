import AgentMemory
import Amberlog
import Testing

/// Words, phrases, prefixes and signs.
@Suite struct QueryParserTests {
    @Test(
        arguments: [
            // Words as they are.
            ("garden tools", "garden tools"), ("  garden\n\ttools\u{3000}", "garden tools"),
            ("What did Caroline say about the group?", "What did Caroline say about the group?"),
            ("a-b C++ user_id getUserName x=1 27\" ~/a.txt #tag", "a-b C++ user_id getUserName x=1 27\" ~/a.txt #tag"),
            ("don't it’s", "don't it’s"), ("東京タワー", "東京タワー"), ("👍🏽 ok", "👍🏽 ok"),
            // Phrases.
            (#""garden tools""#, #""garden tools""#), (#""one""#, #""one""#),
            ("\"  two \n words \"", #""two words""#), (#""a - b""#, #""a b""#), (#""a b"c"#, #""a b" c"#),
            (#"title:"a b""#, #"title: "a b""#), (#"("a b")"#, #""a b""#), (#"x="a b""#, #"x= "a b""#),
            (#""a b" "c d""#, #""a b" "c d""#), (#"27" or 24" screen"#, #"27" or 24" screen"#),
            // Signs.
            ("+must -not", "+must -not"), (#"+"a b" -"c d""#, #"+"a b" -"c d""#), ("+pre* -pre*", "+pre* -pre*"),
            ("--force ---x ++i +-x -+x", "force x i x x"), ("- one + two * three", "one two three"),
            ("one - two", "one two"), ("-5 \"-5\"", #"-5 "-5""#), ("(-x", "(-x"), ("-a-b +c++", "-a-b +c++"),
            (#"-("a b")"#, #"-"a b""#), (#"-x:"a b"c"#, #"-x: -"a b" -c"#), (#"-""x"#, "-x"),
            (#""a b"-c"#, #""a b" c"#),
            // Prefixes.
            ("gard*", "gard*"), ("gard**", "gard*"), ("*gard", "gard"), ("**bold**", "bold"), ("a*b", "a*b"),
            ("-*x", "-x"), ("*-x", "x"), ("東京*", "東京*"),
            // Nothing.
            ("", ""), ("   ", ""), ("+", ""), ("-", ""), ("*", ""), ("\"", ""), ("\"\"", ""), ("+\"\"", ""), ("-*", ""),
            ("\"\"\"", ""), ("?! ... -- -> :-) 。、", ""), ("\" - \"", ""), ("+ - * \" :", ""), ("“”", ""),
            // Quotes that are never closed.
            (#""garden tools"#, "garden tools"), (#"+"garden tools"#, "+garden tools"), (#""a b" "c d"#, #""a b" c d"#),
            (#"say:"hello"#, "say: hello"), (#"-x:"y"#, "-x: -y"), ("one\"", "one\""), ("(\"one", "one"),
            // Twins of the ASCII operators.
            ("“two words”", #""two words""#), ("„zwei Wörter“", #""zwei Wörter""#), ("« deux mots »", #""deux mots""#),
            ("「東京 大阪」", #""東京 大阪""#), ("『東京 大阪』", #""東京 大阪""#), ("＂two words＂", #""two words""#),
            ("＋must －not −not2 pre＊", "+must -not -not2 pre*"), ("–dash —dash", "–dash —dash"),
            ("‘single quotes’", "‘single quotes’"), ("+「東京 大阪」", #"+"東京 大阪""#),
            // What looks like a field.
            ("http://x.org/a?b=c", "http://x.org/a?b=c"), ("foo:bar", "foo:bar"), ("12:30", "12:30"), ("a::b", "a::b"),
            ("role://x", "role://x"), ("role:", "role:"), ("role: tool", "role: tool"), ("meta:x", "meta:x"),
            ("meta.x", "meta.x"), ("meta.:x", "meta.:x"), ("metax.y:z", "metax.y:z"), ("xrole:tool", "xrole:tool"),
            (#"role:"""#, "role:"), (#"role:"to"#, "role: to"), ("问题：什么", "问题：什么"),
        ])
    func `every text is a query`(_ text: String, _ expected: String) {
        let outcome = QueryParser.parse(text)
        #expect(outcome.query.description == expected)
        #expect(!outcome.isTruncated)
        #expect(outcome.query.filters.isEmpty)
        #expect(Query(parsing: expected) == outcome.query)
    }

    @Test func `clauses hold the text, what it is and what it means`() {
        let query = Query(parsing: #"one +"two words" -three* "four""#)
        #expect(
            query.clauses == [
                QueryClause(.word, "one"), QueryClause(.phrase, "two words", occurrence: .must),
                QueryClause(.prefix, "three", occurrence: .mustNot), QueryClause(.phrase, "four"),
            ])
    }

    @Test(
        arguments: [
            ("garden", Query.Selection.ranked), ("+garden", .ranked), ("\"a b\" -c", .ranked),
            ("garden role:user", .ranked),
            ("role:tool", .newestFirst), ("-role:tool", .newestFirst), ("after:2026", .newestFirst),
            ("meta.a:b -error", .newestFirst), ("", .nothing), ("-error", .nothing), ("-a -\"b c\" -d*", .nothing),
            ("garden after:2026 before:2025", .nothing), ("after:2026 before:2026", .nothing),
        ])
    func `what answers a query`(_ text: String, _ expected: Query.Selection) {
        #expect(Query(parsing: text).selection == expected)
    }
}
