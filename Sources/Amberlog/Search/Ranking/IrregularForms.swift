/// Forms of English words that no stemmer brings together. A question may use one and its answer another: `buy`,
/// `bought`. Used for questions only, so that looking for a word stays literal.
enum IrregularForms {
    /// The keys of the other forms of a word, by the key of each.
    static let others: [[UInt8]: [[UInt8]]] = {
        let tokenizer = Tokenizer()
        var others: [[UInt8]: [[UInt8]]] = [:]
        for row in rows {
            var keys: [[UInt8]] = []
            for word in row.split(separator: " ") {
                for group in QueryTokens(String(word), tokenizer: tokenizer).groups {
                    for term in group.terms {
                        let key = SearchPlan.key(.content, term)
                        if !keys.contains(key) { keys.append(key) }
                    }
                }
            }
            for key in keys { others[key, default: []] += keys.filter { $0 != key } }
        }
        return others
    }()

    private static let rows = [
        "go went gone", "buy bought", "see saw seen", "get got gotten", "make made", "take took taken",
        "give gave given", "come came", "find found", "think thought", "tell told", "become became", "leave left",
        "feel felt", "bring brought", "begin began begun", "keep kept", "hold held", "write wrote written",
        "stand stood", "hear heard", "mean meant", "meet met", "run ran", "pay paid", "sit sat", "speak spoke spoken",
        "lie lay lain", "lead led", "grow grew grown", "lose lost", "fall fell fallen", "send sent", "build built",
        "understand understood", "draw drew drawn", "break broke broken", "spend spent", "rise rose risen",
        "drive drove driven", "wear wore worn", "choose chose chosen", "eat ate eaten", "sing sang sung",
        "teach taught", "catch caught", "fight fought", "throw threw thrown", "sleep slept", "win won",
        "forget forgot forgotten", "ride rode ridden", "swim swam swum", "fly flew flown", "sell sold",
        "steal stole stolen", "wake woke woken", "hide hid hidden", "know knew known", "say said", "shoot shot",
        "shake shook shaken", "tear tore torn", "bite bit bitten", "blow blew blown", "feed fed", "deal dealt",
        "dig dug", "drink drank drunk", "freeze froze frozen", "hang hung", "lend lent", "light lit",
        "ring rang rung", "seek sought", "shine shone", "sink sank sunk", "stick stuck", "strike struck",
        "swear swore sworn", "sweep swept", "weave wove woven", "weep wept", "bend bent", "bind bound", "breed bred",
        "forgive forgave forgiven", "overcome overcame", "learn learnt", "dream dreamt", "burn burnt", "man men",
        "woman women", "child children", "foot feet", "tooth teeth", "mouse mice", "person people", "life lives",
        "wife wives", "leaf leaves", "shelf shelves",
    ]
}
