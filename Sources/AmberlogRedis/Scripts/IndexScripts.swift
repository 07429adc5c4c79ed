#if Redis
    internal import AgentMemory

    /// Where a cluster keeps the index elsewhere than a session, a save takes three steps, of which the first two go
    /// together: ``announcing``, the save itself, ``indexingAlone``. After a crash between them the index names a session
    /// that doesn't exist, which listings pass over and forget, or has its last save at an older time and size, which
    /// the next save mends. No session is missing from it, as what is announced goes into it before anything is saved,
    /// and goes from it for good only by ``forgetting``, which does nothing when the session was saved to meanwhile.
    extension LuaScript {
        static let rememberedIDs = MemoryLimits.rememberedIDs

        /// ARGV: session, now, the time to live in milliseconds (empty for none).
        static let announcing = """
            local time = redis.call('TIME')
            redis.call('ZADD', KEYS[1], 'NX', string.format('%.0f', -tonumber(ARGV[2])), ARGV[1])
            redis.call('ZADD', KEYS[2], 'NX', 0, ARGV[1])
            redis.call('ZADD', KEYS[3], 'NX', 0, ARGV[1])
            if ARGV[3] == '' then
                redis.call('ZREM', KEYS[4], ARGV[1])
            else
                local deadline = time[1] * 1000 + math.floor(time[2] / 1000) + tonumber(ARGV[3])
                redis.call('ZADD', KEYS[4], string.format('%.0f', deadline), ARGV[1])
            end
            return 'announced'
            """

        /// ARGV: session, the time of its last save (empty for as it is), its bytes, its deadline (`-` for none).
        static let indexingAlone = """
            if ARGV[2] == '' then
                resize(ARGV[1], tonumber(ARGV[3]))
            else
                enlist(ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4]))
            end
            return 'indexed'
            """

        /// ARGV: session, the score of its last save when there was no such session.
        static let forgetting = """
            if redis.call('ZSCORE', KEYS[1], ARGV[1]) ~= ARGV[2] then return 'kept' end
            for place = 1, 4 do redis.call('ZREM', KEYS[place], ARGV[1]) end
            return 'forgotten'
            """
    }
#endif
