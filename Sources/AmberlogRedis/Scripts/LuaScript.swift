#if Redis
    /// What the server does in one step, in its own language. Needs Redis 5: a script may ask for the time before it
    /// writes.
    ///
    /// Scripts read everything that they depend on before they write anything: an error, such as a key of another type,
    /// undoes nothing of what a script has done before it.
    enum LuaScript: Sendable, CaseIterable {
        case save, begin, load, remove, trim, describe, clear, announce, index, forget

        var text: String {
            switch self {
            case .save: Self.joined(Self.numbers, Self.prelude, Self.indexing, Self.saving)
            case .begin: Self.joined(Self.numbers, Self.prelude, Self.indexing, Self.beginning)
            case .load: Self.joined(Self.numbers, Self.prelude, Self.loading)
            case .remove: Self.joined(Self.numbers, Self.prelude, Self.indexing, Self.removing)
            case .trim: Self.joined(Self.numbers, Self.prelude, Self.indexing, Self.trimming)
            case .describe: Self.joined(Self.numbers, Self.prelude, Self.describing)
            case .clear: Self.joined(Self.numbers, Self.prelude, Self.indexing, Self.clearing)
            case .announce: Self.announcing
            case .index: Self.joined(Self.numbers, Self.indexing, Self.indexingAlone)
            case .forget: Self.forgetting
            }
        }

        private static func joined(_ parts: String...) -> String { parts.joined(separator: "\n") }

        /// How scripts are named to the server.
        enum Form: Sendable {
            /// By their digests, as long as the server knows them.
            case digests([LuaScript: [UInt8]])
            case texts
        }
    }

    extension RedisPipeline {
        /// Begins a call of a script, of which so many arguments follow.
        mutating func begin(_ script: LuaScript, _ form: LuaScript.Form, keys: [String], argumentCount: Int) {
            begin(3 + keys.count + argumentCount)
            if case .digests(let digests) = form, let digest = digests[script] {
                add("EVALSHA")
                add(digest)
            } else {
                add("EVAL")
                add(script.text)
            }
            add(keys.count)
            for key in keys { add(key) }
        }

        /// Appends a call of a script.
        mutating func append(
            _ script: LuaScript, _ form: LuaScript.Form, keys: [String], _ arguments: any RedisArgument...
        ) {
            begin(script, form, keys: keys, argumentCount: arguments.count)
            for argument in arguments { add(argument) }
        }
    }
#endif
