#if Redis
    extension LuaScript {
        /// ARGV: now, expires (empty for never), the time to live in milliseconds, the maximum of messages (empty for
        /// none), the expected sequence (empty for any), token, origin (empty for none), session, and by how many
        /// milliseconds the server keeps a session longer that has a time to live of its own; then for each message
        /// its size and id as `size:id`, and its text. Where a sequence is expected and no message has an id, the caller
        /// knows their sequences: then there stands `expected:bytes`, the bytes of all messages together, and for each
        /// message only the element that it becomes.
        ///
        /// Answers `saved`, the first sequence, the one after the last, and, where anything was appended, the time, the
        /// bytes of the session and the deadline in the server's milliseconds, for the index; then the duplicates. Or
        /// `conflict` and the last sequence, or `damaged` and which key.
        static let saving = """
            local now, expires, lifetime, maximum = ARGV[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])
            local expecting, volume = string.match(ARGV[5], '^(%d*):?(%d*)$')
            local token, origin, session, slack = ARGV[6], ARGV[7], ARGV[8], tonumber(ARGV[9])

            local known = recall(token)
            if known then return known end
            local found, reason = find(now)
            if reason and reason ~= 'expired' then return reason end
            if found and found.lives then
                -- The session began with a time to live of its own, in microseconds, 0 for ever.
                lifetime, expires = nil, ''
                if found.lives > 0 then
                    lifetime = math.ceil(found.lives / 1000) + slack
                    expires = text(tonumber(now) + found.lives)
                end
            end
            local last = found and found.last or 0
            if expecting ~= '' and expecting ~= text(last) then return 'conflict ' .. text(last) end

            -- What is new, and what it is known by.
            local values, named, duplicates, new = {}, {}, {}, {}
            local following, added = last + 1, 0
            if volume ~= '' then
                for place = 10, #ARGV do values[place - 9] = ARGV[place] end
                following, added = following + #values, tonumber(volume)
            end
            for place = 10, volume == '' and #ARGV or 0, 2 do
                local size, id = string.match(ARGV[place], '^(%d+):(.*)$')
                local other = id ~= '' and (new[id] or (found and redis.call('ZSCORE', ids, id)))
                if other then
                    duplicates[#duplicates + 1] = text(tonumber(other))
                else
                    local number = text(following)
                    values[#values + 1] = number .. ':' .. size .. ':' .. ARGV[place + 1]
                    added = added + tonumber(size)
                    if id ~= '' then
                        new[id] = number
                        named[#named + 1] = number
                        named[#named + 1] = id
                    end
                    following = following + 1
                end
            end
            local answer = 'saved ' .. text(last + 1) .. ' ' .. text(following)
            if #values == 0 then
                if #ARGV < 10 then return answer .. ' - - -' end
                if origin ~= '' then redis.call('HSET', state, 'origin', origin) end
                return remember(token, answer .. ' - - - ' .. table.concat(duplicates, ' '))
            end

            -- What goes: the oldest of those that were there, then the oldest of the new ones.
            local count = found and found.count or 0
            local removed = 0
            if maximum and count + #values > maximum then removed = count + #values - maximum end
            local old = math.min(removed, count)
            local skipped = removed - old
            local bytes = (found and found.bytes or 0) + added
            for place = 1, skipped do bytes = bytes - tonumber(string.match(values[place], '^%d+:(%d+):')) end
            local first = last + 1 + skipped
            if old < count then first = old == 0 and found.first or sequence(old) end
            local gone = sizes(0, old - 1)
            if not first or not gone then return 'damaged messages' end
            bytes = math.max(0, bytes - gone)
            local deadline = lifetime and milliseconds + lifetime

            -- Nothing was written so far. The index first: its keys are the last that can be of another type.
            enlist(session, tonumber(now), bytes, deadline)
            if reason == 'expired' then redis.call('DEL', state, list, ids) end
            if old > 0 then redis.call('LTRIM', list, old, -1) end
            for start = skipped + 1, #values, 500 do
                redis.call('RPUSH', list, unpack(values, start, math.min(start + 499, #values)))
            end
            for start = 1, #named, 500 do
                redis.call('ZADD', ids, unpack(named, start, math.min(start + 499, #named)))
            end
            if #named > 0 then redis.call('ZREMRANGEBYRANK', ids, 0, -(\(rememberedIDs) + 1)) end
            redis.call('HSET', state, 'updated', now, 'first', text(first), 'last', text(following - 1),
                'count', text(count + #values - removed), 'bytes', text(bytes))
            if not found then redis.call('HSET', state, 'created', now) end
            if origin ~= '' then redis.call('HSET', state, 'origin', origin) end
            if deadline then
                redis.call('HSET', state, 'expires', expires)
                for place = 1, 3 do redis.call('PEXPIREAT', KEYS[place], text(deadline)) end
            else
                redis.call('HDEL', state, 'expires')
                for place = 1, 3 do redis.call('PERSIST', KEYS[place]) end
            end
            answer = answer .. ' ' .. now .. ' ' .. text(bytes) .. ' ' .. (deadline and text(deadline) or '-')
            return remember(token, answer .. ' ' .. table.concat(duplicates, ' '))
            """
    }
#endif
