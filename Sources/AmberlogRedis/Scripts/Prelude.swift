#if Redis
    extension LuaScript {
        /// Lua writes large numbers with an exponent.
        static let numbers = "local function text(number) return string.format('%.0f', number) end"

        /// KEYS: those of a session, in the order of `RedisKeys.Session.all`, and behind them those of the index unless
        /// the server keeps them elsewhere.
        static let prelude = """
            local state, list, ids = KEYS[1], KEYS[2], KEYS[3]

            -- The session, if there is one at the time. Else nothing, 'expired', or which key holds what makes no sense.
            local function find(now)
                local names = {'created', 'updated', 'first', 'last', 'count', 'bytes', 'expires', 'lives'}
                local values = redis.call('HMGET', state, unpack(names))
                local length = redis.call('LLEN', list)
                redis.call('ZCARD', ids)
                if not values[4] then
                    if redis.call('EXISTS', state) == 1 then return nil, 'damaged state' end
                    if length > 0 then return nil, 'damaged messages' end
                    return nil
                end
                local found = {}
                for place, name in ipairs(names) do
                    local number = tonumber(values[place] or '')
                    if not number and (place < 7 or values[place]) then return nil, 'damaged state' end
                    found[name] = number
                end
                if found.expires and found.expires <= tonumber(now) then return nil, 'expired' end
                if found.count ~= length then return nil, 'damaged messages' end
                return found
            end

            -- The sequence of the message at a position.
            local function sequence(position)
                return tonumber(string.match(redis.call('LINDEX', list, position) or '', '^(%d+):%d+:') or '')
            end

            -- The sum of the sizes of messages, nothing where one is none.
            local function sizes(from, through)
                local sum = 0
                for start = from, through, 100 do
                    local page = redis.call('LRANGE', list, start, math.min(start + 99, through))
                    for _, element in ipairs(page) do
                        local size = tonumber(string.match(element, '^%d+:(%d+):') or '')
                        if not size then return nil end
                        sum = sum + size
                    end
                end
                return sum
            end
            """

        /// KEYS: as above, or those of the index alone.
        static let indexing = """
            local time = redis.call('TIME')
            local milliseconds = time[1] * 1000 + math.floor(time[2] / 1000)

            -- What was done for a token in the last five minutes or more.
            local function recall(token)
                return redis.call('HGET', KEYS[4], token) or redis.call('HGET', KEYS[5], token)
            end

            -- Two keys take turns, each for five minutes: what is in them is forgotten all at once.
            local function remember(token, receipt)
                local turn = math.floor(time[1] / 300)
                local key = KEYS[4 + turn % 2]
                if redis.call('HGET', key, '') ~= text(turn) then
                    redis.call('DEL', key)
                    redis.call('HSET', key, '', text(turn))
                end
                redis.call('HSET', key, token, receipt)
                redis.call('PEXPIRE', key, 600000)
                return receipt
            end

            local hasIndex = #KEYS ~= 5
            local updates, names, weights, expiry = KEYS[#KEYS - 3], KEYS[#KEYS - 2], KEYS[#KEYS - 1], KEYS[#KEYS]

            local function unlist(session)
                if not hasIndex then return end
                for place = #KEYS - 3, #KEYS do redis.call('ZREM', KEYS[place], session) end
            end

            -- Lists a session. For each, two go that the server has removed: it never gets more than it loses.
            local function enlist(session, updated, bytes, deadline)
                if not hasIndex then return end
                local now = text(milliseconds)
                for _, old in ipairs(redis.call('ZRANGEBYSCORE', expiry, '-inf', now, 'LIMIT', 0, 2)) do unlist(old) end
                redis.call('ZADD', updates, text(-updated), session)
                redis.call('ZADD', names, 0, session)
                redis.call('ZADD', weights, text(-bytes), session)
                if deadline then
                    redis.call('ZADD', expiry, text(deadline), session)
                else
                    redis.call('ZREM', expiry, session)
                end
            end

            local function resize(session, bytes)
                if hasIndex then redis.call('ZADD', weights, 'XX', text(-bytes), session) end
            end
            """
    }
#endif
