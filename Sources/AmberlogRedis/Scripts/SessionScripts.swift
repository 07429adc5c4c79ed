#if Redis
    extension LuaScript {
        /// ARGV: now, token, session, the time of creation, the time to live in microseconds (0 for ever), when it expires
        /// (empty for never), the time to live in milliseconds. Answers `begun` and what the index is to know,
        /// `conflict`, or which key is damaged.
        static let beginning = """
            local now, token, session, created, lives = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5]
            local expires, lifetime = ARGV[6], tonumber(ARGV[7])
            local known = recall(token)
            if known then return known end
            local found, reason = find(now)
            if reason and reason ~= 'expired' then return reason end
            if found then return 'conflict' end
            local deadline = lifetime and milliseconds + lifetime
            enlist(session, tonumber(now), 0, deadline)
            redis.call('DEL', state, list, ids)
            redis.call('HSET', state, 'created', created, 'updated', now, 'first', '0', 'last', '0', 'count', '0',
                'bytes', '0', 'lives', lives)
            if deadline then
                redis.call('HSET', state, 'expires', expires)
                redis.call('PEXPIREAT', state, text(deadline))
            end
            return remember(token, 'begun ' .. now .. ' 0 ' .. (deadline and text(deadline) or '-'))
            """

        /// ARGV: now, `before` or `from`, a sequence, a limit (negative for none). Answers the elements, or which key is
        /// damaged.
        static let loading = """
            local now, direction, bound, limit = ARGV[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])
            local found, reason = find(now)
            if reason and reason ~= 'expired' then return reason end
            if not found or found.count == 0 then return {} end

            -- How many messages have a smaller sequence.
            local low, high = 0, found.count
            if found.last - found.first + 1 == found.count then
                -- Without a gap it need not be looked for.
                low = math.max(0, math.min(found.count, bound - found.first))
            else
                while low < high do
                    local middle = math.floor((low + high) / 2)
                    local number = sequence(middle)
                    if not number then return 'damaged messages' end
                    if number < bound then low = middle + 1 else high = middle end
                end
            end
            if direction == 'from' then return redis.call('LRANGE', list, low, low + limit - 1) end
            if low == 0 then return {} end
            local start = limit < 0 and 0 or math.max(0, low - limit)
            if start == low then return {} end
            return redis.call('LRANGE', list, start, low - 1)
            """

        /// ARGV: now, token, session, how many, the sequences of the first and the last of them. Removes these, if they
        /// are still the newest. Answers `removed` and the bytes left, `changed`, or which key is damaged.
        static let removing = """
            local now, token, session, count = ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4])
            local known = recall(token)
            if known then return known end
            local found, reason = find(now)
            if reason and reason ~= 'expired' then return reason end
            if not found or found.count < count or sequence(-1) ~= tonumber(ARGV[6])
                or sequence(-count) ~= tonumber(ARGV[5]) then return 'changed' end
            local left = found.count - count
            local gone = sizes(left, found.count - 1)
            if not gone then return 'damaged messages' end
            local bytes = math.max(0, found.bytes - gone)
            resize(session, bytes)
            if left == 0 then redis.call('DEL', list) else redis.call('LTRIM', list, 0, left - 1) end
            redis.call('ZREMRANGEBYSCORE', ids, ARGV[5], '+inf')
            redis.call('HSET', state, 'count', text(left), 'bytes', text(bytes),
                'first', left == 0 and '0' or text(found.first))
            return remember(token, 'removed ' .. text(bytes))
            """

        /// ARGV: now, session, how many stay. Answers `trimmed` and the bytes left, or which key is damaged.
        static let trimming = """
            local now, session, left = ARGV[1], ARGV[2], tonumber(ARGV[3])
            local found, reason = find(now)
            if reason and reason ~= 'expired' then return reason end
            if not found or found.count <= left then return 'trimmed -' end
            local removed = found.count - left
            local gone = sizes(0, removed - 1)
            local first = left == 0 and 0 or sequence(removed)
            if not gone or not first then return 'damaged messages' end
            local bytes = math.max(0, found.bytes - gone)
            resize(session, bytes)
            if left == 0 then redis.call('DEL', list) else redis.call('LTRIM', list, removed, -1) end
            redis.call('HSET', state, 'count', text(left), 'bytes', text(bytes), 'first', text(first))
            return 'trimmed ' .. text(bytes)
            """

        /// ARGV: now, metadata (empty for none). Answers `described`, `missing`, or which key is damaged.
        static let describing = """
            local found, reason = find(ARGV[1])
            if reason and reason ~= 'expired' then return reason end
            if not found then return 'missing' end
            if ARGV[2] == '' then
                redis.call('HDEL', state, 'metadata')
            else
                redis.call('HSET', state, 'metadata', ARGV[2])
            end
            return 'described'
            """

        /// ARGV: session, the time of its last save (empty for any). Answers `cleared`, or `kept` for another time.
        /// Clears whatever the keys hold: it is what mends a damaged session.
        static let clearing = """
            if ARGV[2] ~= '' and redis.call('HGET', state, 'updated') ~= ARGV[2] then
                return redis.call('EXISTS', state) == 1 and 'kept' or 'cleared'
            end
            unlist(ARGV[1])
            redis.call('UNLINK', KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5])
            return 'cleared'
            """
    }
#endif
