#if PostgreSQL
    /// The functions on the server, of version 1 of the schema: what a save does takes one trip there and back.
    ///
    /// Each locks the row of its session first, so that those who change a session come one after another; expired
    /// sessions are only removed where nobody else is at them, so that nobody waits for someone who waits for him.
    struct SchemaFunctions {
        let names: TableNames

        /// SQL that makes all of them.
        var sql: String {
            [end, drop, begin, finish, save, removeLast, trim, clear, clearAll, clearOld].joined(separator: ";\n")
        }

        private func function(_ head: String, returns: String? = nil, _ body: String) -> String {
            // The names in the body are the user's, so it is no text between dollars.
            "CREATE FUNCTION \(head)\(returns.map { " RETURNS " + $0 } ?? "") LANGUAGE plpgsql AS "
                + TableNames.constant(body)
        }

        /// Removes a session, whose row is locked, and everything in it.
        private var end: String {
            function(
                "\(names.end)(p_number bigint)", returns: "void",
                """
                BEGIN
                    DELETE FROM \(names.ids) WHERE session = p_number;
                    DELETE FROM \(names.messages) WHERE session = p_number;
                    DELETE FROM \(names.sessions) WHERE number = p_number;
                END
                """)
        }

        /// Removes the messages of a range from a session whose row is locked, and takes them off the count.
        private var drop: String {
            function(
                "\(names.drop)(p_number bigint, p_first bigint, p_last bigint)", returns: "void",
                """
                DECLARE
                    v_count bigint;
                    v_bytes bigint;
                BEGIN
                    WITH gone AS (
                        DELETE FROM \(names.messages) WHERE session = p_number AND sequence BETWEEN p_first AND p_last
                        RETURNING bytes
                    )
                    SELECT count(*), coalesce(sum(bytes), 0) INTO v_count, v_bytes FROM gone;
                    UPDATE \(names.sessions) SET message_count = greatest(0, message_count - v_count),
                        byte_count = greatest(0, byte_count - v_bytes) WHERE number = p_number;
                END
                """)
        }

        /// Locks the session, and makes it where there is none. `r_state` is 0 to go on, 1 for another last sequence than
        /// was expected, 2 when this very save was made before: then its sequences are `r_first` to `r_last`.
        ///
        /// `r_known` has the sequence of each id that the session knows.
        private var begin: String {
            function(
                """
                \(names.begin)(p_id text, p_expecting bigint, p_now bigint, p_token bigint, p_repeated boolean,
                    p_ids text[], OUT r_state bigint, OUT r_number bigint, OUT r_first bigint, OUT r_last bigint,
                    OUT r_known bigint[])
                """,
                """
                DECLARE
                    v_session \(names.sessions)%ROWTYPE;
                BEGIN
                    LOOP
                        SELECT * INTO v_session FROM \(names.sessions) WHERE session_id = p_id FOR UPDATE;
                        IF v_session.expires_at <= p_now THEN
                            PERFORM \(names.end)(v_session.number);
                            v_session := NULL;
                        END IF;
                        EXIT WHEN v_session.number IS NOT NULL;
                        IF p_expecting <> 0 THEN
                            r_state := 1;
                            r_last := 0;
                            RETURN;
                        END IF;
                        INSERT INTO \(names.sessions) (session_id, created_at, updated_at) VALUES (p_id, p_now, p_now)
                            ON CONFLICT (session_id) DO NOTHING RETURNING * INTO v_session;
                        EXIT WHEN v_session.number IS NOT NULL;
                    END LOOP;
                    r_state := 0;
                    r_number := v_session.number;
                    IF p_ids IS NOT NULL THEN
                        r_known := ARRAY(
                            SELECT ids.sequence FROM unnest(p_ids) WITH ORDINALITY AS given (id, place)
                            LEFT JOIN \(names.ids) AS ids ON ids.session = r_number AND ids.id = given.id
                            ORDER BY given.place);
                    END IF;
                    IF p_repeated THEN
                        SELECT save_first, sequence INTO r_first, r_last FROM \(names.messages)
                            WHERE save_token = p_token;
                        IF FOUND THEN
                            r_state := 2;
                            RETURN;
                        END IF;
                    END IF;
                    r_last := v_session.last_sequence;
                    r_first := r_last + 1;
                    IF p_expecting <> r_last THEN
                        r_state := 1;
                    END IF;
                END
                """)
        }

        /// Counts messages that were appended to a session whose row is locked, and keeps it in its bounds.
        private var finish: String {
            function(
                """
                \(names.finish)(p_number bigint, p_first bigint, p_last bigint, p_bytes bigint, p_now bigint,
                    p_expires bigint, p_maximum bigint, p_remembered bigint, p_has_ids boolean, p_origin json)
                """, returns: "void",
                """
                DECLARE
                    v_ids bigint := 0;
                    v_session \(names.sessions)%ROWTYPE;
                    v_expired bigint;
                BEGIN
                    IF p_first > p_last THEN
                        IF p_origin IS NOT NULL THEN
                            UPDATE \(names.sessions) SET origin = p_origin WHERE number = p_number;
                        END IF;
                        RETURN;
                    END IF;
                    IF p_has_ids THEN
                        INSERT INTO \(names.ids) (session, id, sequence)
                            SELECT session, id, sequence FROM \(names.messages)
                            WHERE session = p_number AND sequence BETWEEN p_first AND p_last AND id IS NOT NULL;
                        GET DIAGNOSTICS v_ids = ROW_COUNT;
                    END IF;
                    UPDATE \(names.sessions) SET last_sequence = p_last,
                        message_count = message_count + (p_last - p_first + 1), byte_count = byte_count + p_bytes,
                        id_count = id_count + v_ids, updated_at = greatest(updated_at, p_now),
                        expires_at = CASE WHEN own_time_to_live IS NULL THEN p_expires
                            WHEN own_time_to_live > 0 THEN p_now + own_time_to_live END,
                        origin = coalesce(p_origin, origin)
                        WHERE number = p_number RETURNING * INTO v_session;
                    IF v_session.id_count > p_remembered THEN
                        DELETE FROM \(names.ids) WHERE session = p_number AND sequence IN (
                            SELECT sequence FROM \(names.ids) WHERE session = p_number ORDER BY sequence
                            LIMIT v_session.id_count - p_remembered);
                        UPDATE \(names.sessions) SET id_count = p_remembered WHERE number = p_number;
                    END IF;
                    IF v_session.message_count > p_maximum THEN
                        PERFORM \(names.trim)(p_number, v_session.message_count - p_maximum);
                    END IF;
                    SELECT number INTO v_expired FROM \(names.sessions) WHERE expires_at <= p_now
                        ORDER BY expires_at LIMIT 1 FOR UPDATE SKIP LOCKED;
                    IF FOUND THEN
                        PERFORM \(names.end)(v_expired);
                    END IF;
                END
                """)
        }

        /// Appends messages, and says so with their sequences and the state that `begin` gives. The last message has the
        /// save's token: of a repetition that was lost on the way, only one can be.
        private var save: String {
            function(
                """
                \(names.save)(p_id text, p_expecting bigint, p_now bigint, p_token bigint, p_repeated boolean,
                    p_expires bigint, p_maximum bigint, p_remembered bigint, p_origin json, p_roles text[],
                    p_contents text[], p_times bigint[], p_metadata json[], p_ids text[], p_bytes bigint[],
                    p_words tsvector[], OUT r_state bigint, OUT r_first bigint, OUT r_last bigint,
                    OUT r_known bigint[])
                """,
                """
                DECLARE
                    v_number bigint;
                    v_count bigint;
                    v_bytes bigint;
                BEGIN
                    SELECT start.r_state, start.r_number, start.r_first, start.r_last, start.r_known
                        INTO r_state, v_number, r_first, r_last, r_known
                        FROM \(names.begin)(p_id, p_expecting, p_now, p_token, p_repeated, p_ids) AS start;
                    IF r_state <> 0 THEN
                        RETURN;
                    END IF;
                    WITH given AS (
                        SELECT *, row_number() OVER (ORDER BY place) AS number, count(*) OVER () AS total
                        FROM unnest(p_roles, p_contents, p_times, p_metadata, p_ids, p_bytes, p_words, r_known)
                            WITH ORDINALITY
                            AS given (role, content, timestamp, metadata, id, bytes, words, known, place)
                        WHERE known IS NULL
                    ), added AS (
                        INSERT INTO \(names.messages) (session, sequence, timestamp, role, content, metadata_text, id,
                            bytes, words, save_token, save_first)
                        SELECT v_number, r_last + number, timestamp, role, content, metadata, id, bytes, words,
                            CASE WHEN number = total THEN p_token END, CASE WHEN number = total THEN r_first END
                        FROM given RETURNING bytes
                    )
                    SELECT count(*), coalesce(sum(bytes), 0) INTO v_count, v_bytes FROM added;
                    r_last := r_last + v_count;
                    PERFORM \(names.finish)(v_number, r_first, r_last, v_bytes, p_now, p_expires, p_maximum,
                        p_remembered, p_ids IS NOT NULL, p_origin);
                END
                """)
        }

        /// Removes the newest messages and gives them.
        private var removeLast: String {
            function(
                "\(names.removeLast)(p_id text, p_count bigint, p_now bigint)",
                returns: """
                    TABLE (r_sequence bigint, r_role text, r_content text, r_timestamp bigint, r_metadata json,
                        r_id text)
                    """,
                """
                DECLARE
                    v_number bigint;
                    v_first bigint;
                    v_ids bigint;
                BEGIN
                    SELECT number INTO v_number FROM \(names.sessions)
                        WHERE session_id = p_id AND (expires_at IS NULL OR expires_at > p_now) FOR UPDATE;
                    SELECT min(sequence) INTO v_first FROM (
                        SELECT sequence FROM \(names.messages) WHERE session = v_number
                        ORDER BY sequence DESC LIMIT p_count) AS newest;
                    IF v_first IS NULL THEN
                        RETURN;
                    END IF;
                    RETURN QUERY SELECT sequence, role, content, timestamp, metadata_text, id FROM \(names.messages)
                        WHERE session = v_number AND sequence >= v_first ORDER BY sequence;
                    PERFORM \(names.drop)(v_number, v_first, 9223372036854775807);
                    DELETE FROM \(names.ids) WHERE session = v_number AND sequence >= v_first;
                    GET DIAGNOSTICS v_ids = ROW_COUNT;
                    UPDATE \(names.sessions) SET id_count = greatest(0, id_count - v_ids) WHERE number = v_number;
                END
                """)
        }

        /// Removes so many of the oldest messages from a session whose row is locked.
        private var trim: String {
            function(
                "\(names.trim)(p_number bigint, p_count bigint)", returns: "void",
                """
                DECLARE
                    v_last bigint;
                BEGIN
                    SELECT max(sequence) INTO v_last FROM (
                        SELECT sequence FROM \(names.messages) WHERE session = p_number ORDER BY sequence LIMIT p_count
                    ) AS oldest;
                    IF v_last IS NOT NULL THEN
                        PERFORM \(names.drop)(p_number, 0, v_last);
                    END IF;
                END
                """)
        }

        private var clear: String {
            function(
                "\(names.clear)(p_id text)", returns: "void",
                """
                DECLARE
                    v_number bigint;
                BEGIN
                    SELECT number INTO v_number FROM \(names.sessions) WHERE session_id = p_id FOR UPDATE;
                    IF FOUND THEN
                        PERFORM \(names.end)(v_number);
                    END IF;
                END
                """)
        }

        private var clearAll: String {
            function(
                "\(names.clearAll)()", returns: "void",
                """
                DECLARE
                    v_number bigint;
                BEGIN
                    FOR v_number IN SELECT number FROM \(names.sessions) ORDER BY number FOR UPDATE LOOP
                        PERFORM \(names.end)(v_number);
                    END LOOP;
                END
                """)
        }

        /// Removes the sessions that were last saved to before a time and gives what was known of them.
        private var clearOld: String {
            function(
                "\(names.clearOld)(p_before bigint, p_now bigint)",
                returns: "TABLE \(SessionRow.functionColumns)",
                """
                DECLARE
                    v_numbers bigint[];
                    v_number bigint;
                BEGIN
                    FOR v_number IN SELECT number FROM \(names.sessions)
                        WHERE updated_at < p_before AND (expires_at IS NULL OR expires_at > p_now)
                        ORDER BY number FOR UPDATE
                    LOOP
                        v_numbers := v_numbers || v_number;
                    END LOOP;
                    RETURN QUERY SELECT \(SessionRow.columns(names)) FROM \(names.sessions) AS sessions
                        WHERE number = ANY (v_numbers) ORDER BY session_id;
                    FOREACH v_number IN ARRAY coalesce(v_numbers, '{}') LOOP
                        PERFORM \(names.end)(v_number);
                    END LOOP;
                END
                """)
        }
    }
#endif
