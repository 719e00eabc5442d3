// Generated from the code: cargo xtask codegen

export interface paths {
    "/api-docs/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read this document */
        get: operations["get_openapi"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/login": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sign in
         * @description With exactly one of `email`, `username`, `login`. Unknown accounts and wrong passwords are answered alike.
         */
        post: operations["sign_in"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/logout": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sign out
         * @description Ends this session and closes its sockets.
         */
        post: operations["sign_out"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/logout-all": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sign out everywhere
         * @description Ends all sessions of the account, this one too.
         */
        post: operations["sign_out_everywhere"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** See one's own account */
        get: operations["get_me"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/refresh": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Get new tokens
         * @description For the refresh token of the body or of the cookie. Each is used once; using one again later ends the session.
         */
        post: operations["refresh_tokens"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/register": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make an account
         * @description Registers and signs in, with tokens in the body and as cookies. The first account of a server becomes its
         *     administrator.
         */
        post: operations["sign_up"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List one's sessions
         * @description The signed-in devices, last used first.
         */
        get: operations["list_sessions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/sessions/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * End a session
         * @description Signs out one of one's own devices and closes its sockets.
         */
        delete: operations["end_session"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/signin": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sign in
         * @description With exactly one of `email`, `username`, `login`. Unknown accounts and wrong passwords are answered alike.
         */
        post: operations["sign_in_at_auth_signin"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/signout": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sign out
         * @description Ends this session and closes its sockets.
         */
        post: operations["sign_out_at_auth_signout"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/signup": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make an account
         * @description Registers and signs in, with tokens in the body and as cookies. The first account of a server becomes its
         *     administrator.
         */
        post: operations["sign_up_at_auth_signup"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/chats": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List one's conversations
         * @description Newest activity first, with the newest message and the unread counts.
         */
        get: operations["list_conversations_at_chats"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/chats/{id}/messages": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List messages of a conversation
         * @description Newest first unless `after` is given.
         */
        get: operations["list_conversation_messages_at_chats__id__messages"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/conversations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List one's conversations
         * @description Newest activity first, with the newest message and the unread counts.
         */
        get: operations["list_conversations"];
        put?: never;
        /**
         * Start a conversation
         * @description Two people have one dm: asking for it again answers 200 with the one they have.
         */
        post: operations["create_conversation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/conversations/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * See a conversation
         * @description With all its participants.
         */
        get: operations["get_conversation"];
        /**
         * Change a conversation
         * @description Its name and topic; owners and admins of it can.
         */
        put: operations["update_conversation"];
        post?: never;
        /**
         * Delete a conversation
         * @description For everybody, with everything in it; its owner can.
         */
        delete: operations["delete_conversation"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/conversations/{id}/delivered": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Mark as delivered
         * @description Everything up to a `seq` or a message; never backwards.
         */
        post: operations["mark_delivered"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/conversations/{id}/messages": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List messages of a conversation
         * @description Newest first unless `after` is given.
         */
        get: operations["list_conversation_messages"];
        put?: never;
        /**
         * Send a message to a conversation
         * @description As `POST /api/messages`, with the destination in the path.
         */
        post: operations["send_conversation_message"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/conversations/{id}/participants": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Bring somebody in
         * @description By identifier or name; they see the conversation from its beginning.
         */
        post: operations["add_participant"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/conversations/{id}/participants/{userId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Change somebody's role
         * @description Naming another owner makes the old one an admin.
         */
        put: operations["change_participant"];
        post?: never;
        /**
         * Take somebody out, or leave
         * @description The last owner cannot leave without a successor.
         */
        delete: operations["remove_participant"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/conversations/{id}/read": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Mark as read
         * @description Everything up to a `seq` or a message; never backwards.
         */
        post: operations["mark_read"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/conversations/{id}/receipts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * See receipts
         * @description How far each member has received and read.
         */
        get: operations["list_receipts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/messages": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List messages
         * @description Of a conversation, or of the dm with somebody; newest first unless `after` is given.
         */
        get: operations["list_messages"];
        put?: never;
        /**
         * Send a message
         * @description To exactly one of `conversationId`, `chatId`, `receiverId`, `receiverUsername`, with exactly one of `content`,
         *     `encryptedText`. Repeating a `clientMessageId` answers 200 with the first message and `duplicate: true`.
         */
        post: operations["send_message"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/messages/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** See a message */
        get: operations["get_message"];
        /**
         * Edit a message
         * @description Its sender can; earlier texts are kept.
         */
        put: operations["edit_message"];
        post?: never;
        /**
         * Delete a message
         * @description For everyone: its sender and admins of the conversation can, and a tombstone keeps its place. For oneself: it is no
         *     longer shown.
         */
        delete: operations["delete_message"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/messages/{id}/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * See a message's history
         * @description Its earlier texts, oldest first.
         */
        get: operations["get_history"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/messages/{id}/reactions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * React to a message
         * @description With one emoji; doing it twice changes nothing.
         */
        post: operations["add_reaction"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/messages/{id}/reactions/{emoji}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Take a reaction back */
        delete: operations["remove_reaction"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/messages/{id}/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Mark a message
         * @description As delivered or read, with all before it; only a recipient can, and only forwards.
         */
        patch: operations["set_status"];
        trace?: never;
    };
    "/api/server": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * See what the server offers
         * @description For everybody, before signing in.
         */
        get: operations["get_server"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/socket/stats": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** See how many are connected */
        get: operations["get_socket_stats"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sync": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * See what changed
         * @description Everything that changed for this account since the cursor. 410 `resync` if that is longer ago than is kept: load
         *     afresh.
         */
        get: operations["catch_up"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Find people
         * @description By the beginning of their names, in the order of usernames.
         */
        get: operations["search_users"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/users/device": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Register a device
         * @description Or change what is known about one.
         */
        post: operations["register_device"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/users/me/presence": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Choose one's presence
         * @description What others see while a device is connected.
         */
        put: operations["update_presence"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/users/me/public-key": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Publish one's public key
         * @description Everyone who shares a conversation hears of a change.
         */
        put: operations["publish_key"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/users/online": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * See who is online
         * @description People who are connected and show it, at most 100.
         */
        get: operations["list_online_users"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/users/stats": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * See one's figures
         * @description Administrators see the server's, too.
         */
        get: operations["get_stats"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/users/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * See a profile
         * @description With `ETag`; `If-None-Match` is answered with 304 while nothing changed.
         */
        get: operations["get_user"];
        /**
         * Change a profile
         * @description One's own; administrators can change any.
         */
        put: operations["update_user"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/users/{id}/public-key": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * See a public key
         * @description With `ETag`; `If-None-Match` is answered with 304 while it is the same.
         */
        get: operations["get_public_key"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * See how the server is
         * @description With each thing that it depends on; 503, with the same in `data`, if one is away.
         */
        get: operations["get_health"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/auth": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** See whether signing in works */
        get: operations["get_auth_health"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** See whether the process answers */
        get: operations["get_liveness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/messaging": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** See whether messages can be sent */
        get: operations["get_messaging_health"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * See whether to send people here
         * @description 503 while the database is away or the server is about to stop.
         */
        get: operations["get_readiness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/realtime": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** See whether sockets are taken */
        get: operations["get_realtime_health"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** See whether people can be found */
        get: operations["get_users_health"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read the metrics
         * @description In the Prometheus text format. From this machine, or with the token of `telemetry.metrics_token`; for everybody
         *     else there is nothing here.
         */
        get: operations["get_metrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /**
         * @description Whether an account may be used.
         * @enum {string}
         */
        AccountStatus: "active" | "pending" | "suspended";
        /** @description `POST /api/conversations/{id}/participants`: exactly one of the two. */
        AddParticipant: {
            /** @default null */
            userId: components["schemas"]["UserId"] | null;
            /**
             * @description By name.
             * @default null
             * @example bob
             */
            username: string | null;
            /** @default null */
            role: components["schemas"]["MemberRole"] | null;
        };
        /** @description `POST /api/messages/{id}/reactions`. */
        AddReaction: {
            /**
             * @description One emoji.
             * @example 👍
             */
            emoji: string;
        };
        /** @description One entry of `sync`: an event as it would have come over a socket. */
        Change: {
            /**
             * @description The event's name.
             * @example new_message
             */
            type: string;
            conversationId?: components["schemas"]["ConversationId"] | null;
            /**
             * Format: int64
             * @description Number of the change in its scope; absent for events without one.
             */
            version?: number | null;
            /** @description The event's payload. */
            data: Record<string, never>;
        };
        /** @description `PUT /api/conversations/{id}/participants/{userId}`. */
        ChangeRole: {
            /** @description The new role. Naming another owner makes the old one an admin. */
            role: components["schemas"]["MemberRole"];
        };
        /** @description A realtime command: one vocabulary for Socket.IO and raw WebSocket. */
        Command: components["schemas"]["SendMessage"] | components["schemas"]["EditMessage"] | components["schemas"]["DeleteMessage"] | components["schemas"]["Mark"] | components["schemas"]["Mark"] | components["schemas"]["Typing"] | components["schemas"]["Typing"] | components["schemas"]["React"] | components["schemas"]["UpdatePresence"] | components["schemas"]["SubscribePresence"] | components["schemas"]["Sync"] | null;
        /** @description A conversation as one member sees it. */
        Conversation: {
            /** @description Identifier. */
            id: components["schemas"]["ConversationId"];
            /** @description The same under the name that some clients expect. */
            chatId: components["schemas"]["ConversationId"];
            /** @description Its shape. */
            conversationType: components["schemas"]["ConversationType"];
            /** @description Name; absent for a dm. */
            name?: string | null;
            /** @description What it is about. */
            topic?: string | null;
            /** @description Where the picture is. */
            avatarUrl?: string | null;
            /** @description Members. */
            participants: components["schemas"]["Participant"][];
            /** @description Members' identifiers. */
            participantIds: components["schemas"]["UserId"][];
            lastMessage?: components["schemas"]["Message"] | null;
            lastMessageId?: components["schemas"]["MessageId"] | null;
            /** @description When something was last said. */
            lastActivity: components["schemas"]["Timestamp"];
            /**
             * Format: int64
             * @description Messages ever sent (the newest `seq`).
             */
            messageCount: number;
            /**
             * Format: int64
             * @description Messages of others after `lastReadSeq`.
             */
            unreadCount: number;
            /**
             * Format: int64
             * @description Those of them that mention the viewer.
             */
            mentionCount: number;
            /**
             * Format: int64
             * @description The viewer has read up to here.
             */
            lastReadSeq: number;
            /**
             * Format: int64
             * @description Number of the newest change.
             */
            version: number;
            /** @description How messages are encrypted. */
            encryption: components["schemas"]["Encryption"];
            /**
             * Format: int64
             * @description Messages older than this many days are deleted; absent: the server's rule.
             */
            retentionDays?: number | null;
            /**
             * Format: int64
             * @description Messages vanish after this many seconds.
             */
            disappearingSeconds?: number | null;
            /**
             * Format: int64
             * @description Least time between two messages of one member, seconds.
             */
            slowModeSeconds?: number | null;
            mutedUntil?: components["schemas"]["Timestamp"] | null;
            /** @description Put away (own). */
            archived: boolean;
            /** @description Kept on top (own). */
            pinned: boolean;
            /** @description When it was made. */
            createdAt: components["schemas"]["Timestamp"];
        };
        /**
         * Format: uuid
         * @description A dm, group or channel.
         * @example 01930000-0000-7000-8000-000000000000
         */
        ConversationId: string;
        /** @description `conversation_removed`: the recipient is no longer in it. */
        ConversationRemoved: {
            /** @description Which. */
            conversationId: components["schemas"]["ConversationId"];
            /**
             * Format: int64
             * @description Number of the change in the conversation.
             */
            version: number;
        };
        /**
         * @description The shape of a conversation.
         * @enum {string}
         */
        ConversationType: "dm" | "group" | "channel";
        /** @description `POST /api/conversations`. */
        CreateConversation: {
            /** @description Its shape. */
            conversationType: components["schemas"]["ConversationType"];
            /** @description Members by identifier. */
            participantIds?: components["schemas"]["UserId"][] | null;
            /**
             * @description Members by name.
             * @example [
             *       "bob"
             *     ]
             */
            usernames?: string[] | null;
            /** @description Name, 1–100 characters; a group needs one. */
            name?: string | null;
            /** @description What it is about, ≤500 characters. */
            topic?: string | null;
            encryption?: components["schemas"]["Encryption"] | null;
        };
        /**
         * @description For whom a message is deleted.
         * @enum {string}
         */
        DeleteFor: "everyone" | "me";
        /** @description `delete_message`. */
        DeleteMessage: {
            /** @description Which. */
            messageId: components["schemas"]["MessageId"];
            /** @description For whom; `everyone` if absent. */
            for?: components["schemas"]["DeleteFor"];
        };
        /** @description Something a server depends on. */
        Dependency: {
            /**
             * @description What it is.
             * @example database
             */
            name: string;
            /** @description How it is. */
            status: components["schemas"]["HealthStatus"];
            /**
             * Format: int64
             * @description How long it took to answer, milliseconds.
             * @example 1
             */
            latencyMs: number;
        };
        /** @description A device that the caller registered. */
        Device: {
            /** @description The device's own identifier. */
            deviceId: string;
            /** @description Name for people. */
            deviceName?: string | null;
            /** @description Such as `web`, `ios`, `android`. */
            platform?: string | null;
            /** @description When it was last registered. */
            updatedAt: components["schemas"]["Timestamp"];
        };
        /** @description Done, and nothing to show for it. */
        Done: {
            /**
             * @description Always `true`.
             * @example true
             */
            success: boolean;
            /**
             * @description One sentence for people.
             * @example Done.
             */
            message: string;
            /** @description Always `null`. */
            data?: Record<string, never> | null;
        };
        /** @description An earlier text of a message. */
        Edit: {
            /** @description What it said. */
            content: string;
            /** @description When another text took its place. */
            replacedAt: components["schemas"]["Timestamp"];
        };
        /** @description `PUT /api/messages/{id}`. */
        EditContent: {
            /** @description The new text, 1–16,384 characters. */
            content: string;
        };
        /** @description `edit_message`. */
        EditMessage: {
            /** @description Which. */
            messageId: components["schemas"]["MessageId"];
            /** @description The new text, 1–16,384 characters. */
            content: string;
        };
        /**
         * @description How a conversation's messages are encrypted.
         * @enum {string}
         */
        Encryption: "none" | "mls" | "client";
        /** @description How `encryptedText` was made; opaque to the server. */
        EncryptionEnvelope: {
            /**
             * @description Name of the scheme.
             * @example aes-256-cbc
             */
            scheme: string;
            /** @description Which key. */
            keyId?: string | null;
            /** @description Initialisation vector. */
            iv?: string | null;
            /**
             * Format: int64
             * @description MLS epoch.
             */
            epoch?: number | null;
            /** @description Signature over the ciphertext. */
            signature?: string | null;
        };
        /** @description What an error looks like. */
        Error: {
            /**
             * @description Always `false`.
             * @example false
             */
            success: boolean;
            /**
             * @description One sentence for people.
             * @example There is no such message.
             */
            error: string;
            /** @description What went wrong, for programs. */
            code: components["schemas"]["ErrorCode"];
            /** @description The fields that failed validation. */
            details?: components["schemas"]["FieldError"][];
            /**
             * Format: int64
             * @description Seconds after which trying again makes sense.
             */
            retryAfter?: number | null;
            /** @description What else is known. */
            data?: Record<string, never> | null;
            /**
             * @description The request's id, as in the `X-Request-Id` header and in the log.
             * @example 01930000-0000-7000-8000-000000000000
             */
            requestId: string;
        };
        /**
         * @description What went wrong, for programs. The sentence that goes with it is for people.
         * @enum {string}
         */
        ErrorCode: "malformed_json" | "validation_failed" | "unauthenticated" | "token_expired" | "session_revoked" | "invalid_credentials" | "account_pending" | "account_suspended" | "account_locked" | "registration_closed" | "username_taken" | "email_taken" | "forbidden" | "csrf" | "not_found" | "method_not_allowed" | "conflict" | "idempotency_conflict" | "last_owner" | "gone" | "resync" | "payload_too_large" | "unsupported_media_type" | "unknown_command" | "rate_limited" | "storage_full" | "unavailable" | "internal";
        /** @description Everything that can happen. Serialises as its payload; [`Event::name`] is the name on every transport. */
        Event: components["schemas"]["Message"] | components["schemas"]["Message"] | components["schemas"]["MessageDeleted"] | components["schemas"]["MessageHidden"] | components["schemas"]["MessageStatusChanged"] | components["schemas"]["ReactionChanged"] | components["schemas"]["UserTyping"] | components["schemas"]["PresenceChanged"] | components["schemas"]["Conversation"] | components["schemas"]["Conversation"] | components["schemas"]["ConversationRemoved"] | components["schemas"]["MemberChanged"] | components["schemas"]["MemberLeft"] | components["schemas"]["MemberChanged"] | components["schemas"]["ReadMarker"] | components["schemas"]["KeyChanged"] | components["schemas"]["SessionRevoked"];
        /** @description One field that failed validation. */
        FieldError: {
            /**
             * @description The field's name as the client wrote it.
             * @example username
             */
            field: string;
            /**
             * @description What is wrong with it.
             * @example must be 3 to 32 characters
             */
            message: string;
        };
        /** @description How a server is. */
        Health: {
            /** @description `ok` if every dependency is. */
            status: components["schemas"]["HealthStatus"];
            /**
             * @description The version of the program.
             * @example 0.1.0
             */
            version: string;
            /**
             * Format: int64
             * @description Seconds since the start.
             * @example 86400
             */
            uptime: number;
            /** @description Each thing it depends on. */
            dependencies: components["schemas"]["Dependency"][];
        };
        /**
         * @description Whether something works.
         * @enum {string}
         */
        HealthStatus: "ok" | "unavailable" | "draining";
        /** @description `key_changed`. */
        KeyChanged: {
            /** @description Whose. */
            userId: components["schemas"]["UserId"];
            /** @description SHA-256 of the new key. */
            fingerprint: string;
            /** @description When. */
            updatedAt: components["schemas"]["Timestamp"];
        };
        /** @description A page of a list. */
        List_Conversation: {
            /**
             * @description Always `true`.
             * @example true
             */
            success: boolean;
            /**
             * @description One sentence for people.
             * @example Done.
             */
            message: string;
            /** @description The page. */
            data: {
                /** @description Identifier. */
                id: components["schemas"]["ConversationId"];
                /** @description The same under the name that some clients expect. */
                chatId: components["schemas"]["ConversationId"];
                /** @description Its shape. */
                conversationType: components["schemas"]["ConversationType"];
                /** @description Name; absent for a dm. */
                name?: string | null;
                /** @description What it is about. */
                topic?: string | null;
                /** @description Where the picture is. */
                avatarUrl?: string | null;
                /** @description Members. */
                participants: components["schemas"]["Participant"][];
                /** @description Members' identifiers. */
                participantIds: components["schemas"]["UserId"][];
                lastMessage?: components["schemas"]["Message"] | null;
                lastMessageId?: components["schemas"]["MessageId"] | null;
                /** @description When something was last said. */
                lastActivity: components["schemas"]["Timestamp"];
                /**
                 * Format: int64
                 * @description Messages ever sent (the newest `seq`).
                 */
                messageCount: number;
                /**
                 * Format: int64
                 * @description Messages of others after `lastReadSeq`.
                 */
                unreadCount: number;
                /**
                 * Format: int64
                 * @description Those of them that mention the viewer.
                 */
                mentionCount: number;
                /**
                 * Format: int64
                 * @description The viewer has read up to here.
                 */
                lastReadSeq: number;
                /**
                 * Format: int64
                 * @description Number of the newest change.
                 */
                version: number;
                /** @description How messages are encrypted. */
                encryption: components["schemas"]["Encryption"];
                /**
                 * Format: int64
                 * @description Messages older than this many days are deleted; absent: the server's rule.
                 */
                retentionDays?: number | null;
                /**
                 * Format: int64
                 * @description Messages vanish after this many seconds.
                 */
                disappearingSeconds?: number | null;
                /**
                 * Format: int64
                 * @description Least time between two messages of one member, seconds.
                 */
                slowModeSeconds?: number | null;
                mutedUntil?: components["schemas"]["Timestamp"] | null;
                /** @description Put away (own). */
                archived: boolean;
                /** @description Kept on top (own). */
                pinned: boolean;
                /** @description When it was made. */
                createdAt: components["schemas"]["Timestamp"];
            }[];
            /** @description Where it goes on. */
            page: components["schemas"]["Page"];
        };
        /** @description A page of a list. */
        List_Edit: {
            /**
             * @description Always `true`.
             * @example true
             */
            success: boolean;
            /**
             * @description One sentence for people.
             * @example Done.
             */
            message: string;
            /** @description The page. */
            data: {
                /** @description What it said. */
                content: string;
                /** @description When another text took its place. */
                replacedAt: components["schemas"]["Timestamp"];
            }[];
            /** @description Where it goes on. */
            page: components["schemas"]["Page"];
        };
        /** @description A page of a list. */
        List_Message: {
            /**
             * @description Always `true`.
             * @example true
             */
            success: boolean;
            /**
             * @description One sentence for people.
             * @example Done.
             */
            message: string;
            /** @description The page. */
            data: {
                /** @description Identifier. */
                id: components["schemas"]["MessageId"];
                /** @description Where it was said. */
                conversationId: components["schemas"]["ConversationId"];
                /** @description The same under the name that some clients expect. */
                chatId: components["schemas"]["ConversationId"];
                /**
                 * Format: int64
                 * @description Place in the conversation, from 1, without gaps.
                 */
                seq: number;
                /**
                 * Format: int64
                 * @description The conversation's version at this message's last change.
                 */
                version: number;
                /** @description Who said it. */
                senderId: components["schemas"]["UserId"];
                receiverId?: components["schemas"]["UserId"] | null;
                /** @description The sender's own identifier for it. */
                clientMessageId?: string | null;
                /** @description What it is. */
                messageType: components["schemas"]["MessageType"];
                /** @description The words, as plain text. */
                content?: string | null;
                /** @description The ciphertext, base64. */
                encryptedText?: string | null;
                encryption?: components["schemas"]["EncryptionEnvelope"] | null;
                replyTo?: components["schemas"]["MessageId"] | null;
                threadRootId?: components["schemas"]["MessageId"] | null;
                /**
                 * Format: int64
                 * @description Messages in the thread below it.
                 */
                threadReplyCount: number;
                /** @description Files. */
                attachments: Record<string, never>[];
                /** @description Reactions, in the order they first came. */
                reactions: components["schemas"]["Reaction"][];
                /** @description People it names. */
                mentions: components["schemas"]["UserId"][];
                /** @description How far it has come. */
                status: components["schemas"]["MessageStatus"];
                editedAt?: components["schemas"]["Timestamp"] | null;
                deletedAt?: components["schemas"]["Timestamp"] | null;
                expiresAt?: components["schemas"]["Timestamp"] | null;
                pinnedAt?: components["schemas"]["Timestamp"] | null;
                /** @description When it was stored. */
                createdAt: components["schemas"]["Timestamp"];
                /** @description The same under the name that some clients expect. */
                timestamp: components["schemas"]["Timestamp"];
                /** @description Set when this answers a repeated send. */
                duplicate?: boolean;
            }[];
            /** @description Where it goes on. */
            page: components["schemas"]["Page"];
        };
        /** @description A page of a list. */
        List_Receipt: {
            /**
             * @description Always `true`.
             * @example true
             */
            success: boolean;
            /**
             * @description One sentence for people.
             * @example Done.
             */
            message: string;
            /** @description The page. */
            data: {
                /** @description The member. */
                userId: components["schemas"]["UserId"];
                /**
                 * Format: int64
                 * @description Everything up to this `seq` reached a device of theirs.
                 */
                deliveredSeq: number;
                /**
                 * Format: int64
                 * @description Everything up to this `seq` was read.
                 */
                readSeq: number;
            }[];
            /** @description Where it goes on. */
            page: components["schemas"]["Page"];
        };
        /** @description A page of a list. */
        List_Session: {
            /**
             * @description Always `true`.
             * @example true
             */
            success: boolean;
            /**
             * @description One sentence for people.
             * @example Done.
             */
            message: string;
            /** @description The page. */
            data: {
                /** @description Identifier. */
                id: components["schemas"]["SessionId"];
                /** @description The device's own identifier. */
                deviceId?: string | null;
                /** @description The device's name for people. */
                deviceName?: string | null;
                /** @description `User-Agent` at sign-in. */
                userAgent?: string | null;
                /** @description Address of last use. */
                ip?: string | null;
                /** @description Place of that address, if the server has a location database. */
                location?: string | null;
                /** @description Sign-in. */
                createdAt: components["schemas"]["Timestamp"];
                /** @description Last refresh or connection. */
                lastUsedAt: components["schemas"]["Timestamp"];
                /** @description Whether the caller is using this one. */
                current: boolean;
            }[];
            /** @description Where it goes on. */
            page: components["schemas"]["Page"];
        };
        /** @description A page of a list. */
        List_User: {
            /**
             * @description Always `true`.
             * @example true
             */
            success: boolean;
            /**
             * @description One sentence for people.
             * @example Done.
             */
            message: string;
            /** @description The page. */
            data: {
                /** @description Identifier. */
                id: components["schemas"]["UserId"];
                /**
                 * @description Unique name, lower case.
                 * @example ada
                 */
                username: string;
                /**
                 * @description Name to show.
                 * @example Ada Lovelace
                 */
                displayName: string;
                /** @description Address; only the account itself and administrators see it. */
                email?: string | null;
                /** @description A few words about the person. */
                bio?: string | null;
                /** @description Where the picture is. */
                avatarUrl?: string | null;
                /** @description Role on the server. */
                role: components["schemas"]["Role"];
                /** @description Presence now. */
                status: components["schemas"]["Presence"];
                /** @description Whether `status` is anything but offline. */
                isOnline: boolean;
                lastSeen?: components["schemas"]["Timestamp"] | null;
                /** @description Published key for client-side encryption, opaque to the server. */
                publicKey?: string | null;
                /** @description When the account was made. */
                createdAt: components["schemas"]["Timestamp"];
                /** @description When the profile last changed. */
                updatedAt: components["schemas"]["Timestamp"];
            }[];
            /** @description Where it goes on. */
            page: components["schemas"]["Page"];
        };
        /** @description `POST /api/auth/login`: exactly one of `email`, `username`, `login`. */
        Login: {
            /** @description By address. */
            email?: string | null;
            /**
             * @description By name.
             * @example ada
             */
            username?: string | null;
            /** @description By either. */
            login?: string | null;
            /**
             * @description The password.
             * @example correct horse battery staple
             */
            password: string;
            /** @description The device's own identifier. */
            deviceId?: string | null;
            /** @description The device's name for people. */
            deviceName?: string | null;
        };
        /**
         * @description `mark_delivered`, `mark_read`: cumulative, never backwards.
         *     Exactly one of `messageIds`, `messageId`, `conversationId` + `seq`.
         */
        Mark: {
            /**
             * @description Up to each of these, ≤100.
             * @default null
             */
            messageIds: components["schemas"]["MessageId"][] | null;
            /** @default null */
            messageId: components["schemas"]["MessageId"] | null;
            /** @default null */
            conversationId: components["schemas"]["ConversationId"] | null;
            /**
             * Format: int64
             * @description up to this `seq`.
             * @default null
             */
            seq: number | null;
        };
        /** @description `POST /api/conversations/{id}/read` and `/delivered`: exactly one of the two. */
        MarkUpTo: {
            /**
             * Format: int64
             * @description Up to this `seq`.
             * @default null
             * @example 7
             */
            seq: number | null;
            /** @default null */
            messageId: components["schemas"]["MessageId"] | null;
        };
        /** @description The caller's own account. */
        Me: components["schemas"]["User"] & {
            /** @description Whether the account may be used. */
            accountStatus: components["schemas"]["AccountStatus"];
            /** @description Whether a second factor is asked for at sign-in. */
            twoFactor: boolean;
            /**
             * Format: int32
             * @description Number of registered passkeys.
             */
            passkeys: number;
            /** @description Whether the e-mail address was confirmed. */
            emailVerified: boolean;
        };
        /** @description `member_joined`, `member_updated`. */
        MemberChanged: {
            /** @description Where. */
            conversationId: components["schemas"]["ConversationId"];
            /** @description Who. */
            userId: components["schemas"]["UserId"];
            /** @description The member as it is now. */
            participant: components["schemas"]["Participant"];
            /**
             * Format: int64
             * @description Number of the change.
             */
            version: number;
        };
        /** @description `member_left`. */
        MemberLeft: {
            /** @description Where. */
            conversationId: components["schemas"]["ConversationId"];
            /** @description Who. */
            userId: components["schemas"]["UserId"];
            /** @description Who removed them; themselves if they left. */
            by: components["schemas"]["UserId"];
            /**
             * Format: int64
             * @description Number of the change.
             */
            version: number;
        };
        /**
         * @description What a member may do in a conversation.
         * @enum {string}
         */
        MemberRole: "subscriber" | "member" | "admin" | "owner";
        /** @description A message. */
        Message: {
            /** @description Identifier. */
            id: components["schemas"]["MessageId"];
            /** @description Where it was said. */
            conversationId: components["schemas"]["ConversationId"];
            /** @description The same under the name that some clients expect. */
            chatId: components["schemas"]["ConversationId"];
            /**
             * Format: int64
             * @description Place in the conversation, from 1, without gaps.
             */
            seq: number;
            /**
             * Format: int64
             * @description The conversation's version at this message's last change.
             */
            version: number;
            /** @description Who said it. */
            senderId: components["schemas"]["UserId"];
            receiverId?: components["schemas"]["UserId"] | null;
            /** @description The sender's own identifier for it. */
            clientMessageId?: string | null;
            /** @description What it is. */
            messageType: components["schemas"]["MessageType"];
            /** @description The words, as plain text. */
            content?: string | null;
            /** @description The ciphertext, base64. */
            encryptedText?: string | null;
            encryption?: components["schemas"]["EncryptionEnvelope"] | null;
            replyTo?: components["schemas"]["MessageId"] | null;
            threadRootId?: components["schemas"]["MessageId"] | null;
            /**
             * Format: int64
             * @description Messages in the thread below it.
             */
            threadReplyCount: number;
            /** @description Files. */
            attachments: Record<string, never>[];
            /** @description Reactions, in the order they first came. */
            reactions: components["schemas"]["Reaction"][];
            /** @description People it names. */
            mentions: components["schemas"]["UserId"][];
            /** @description How far it has come. */
            status: components["schemas"]["MessageStatus"];
            editedAt?: components["schemas"]["Timestamp"] | null;
            deletedAt?: components["schemas"]["Timestamp"] | null;
            expiresAt?: components["schemas"]["Timestamp"] | null;
            pinnedAt?: components["schemas"]["Timestamp"] | null;
            /** @description When it was stored. */
            createdAt: components["schemas"]["Timestamp"];
            /** @description The same under the name that some clients expect. */
            timestamp: components["schemas"]["Timestamp"];
            /** @description Set when this answers a repeated send. */
            duplicate?: boolean;
        };
        /** @description `message_deleted`. */
        MessageDeleted: {
            /** @description Which. */
            messageId: components["schemas"]["MessageId"];
            /** @description Where. */
            conversationId: components["schemas"]["ConversationId"];
            /**
             * Format: int64
             * @description Its place, kept by a tombstone.
             */
            seq: number;
            /**
             * Format: int64
             * @description Number of the change.
             */
            version: number;
            /** @description When. */
            deletedAt: components["schemas"]["Timestamp"];
        };
        /** @description `message_hidden`: deleted for the recipient alone, on another device of theirs. */
        MessageHidden: {
            /** @description Which. */
            messageId: components["schemas"]["MessageId"];
            /** @description Where. */
            conversationId: components["schemas"]["ConversationId"];
            /**
             * Format: int64
             * @description Its place.
             */
            seq: number;
        };
        /**
         * Format: uuid
         * @description A message.
         * @example 01930000-0000-7000-8000-000000000000
         */
        MessageId: string;
        /**
         * @description How far a message has come: `read` and `delivered` mean by everybody it was sent to.
         * @enum {string}
         */
        MessageStatus: "scheduled" | "sent" | "delivered" | "read";
        /** @description `message_status`: everything up to `seq` has come this far with `userId`. */
        MessageStatusChanged: {
            /** @description The message at `seq`. */
            messageId: components["schemas"]["MessageId"];
            /** @description Where. */
            conversationId: components["schemas"]["ConversationId"];
            /**
             * Format: int64
             * @description Up to here.
             */
            seq: number;
            /** @description The recipient. */
            userId: components["schemas"]["UserId"];
            /** @description How far. */
            status: components["schemas"]["ReceiptKind"];
            /** @description When. */
            at: components["schemas"]["Timestamp"];
            /**
             * Format: int64
             * @description Number of the change.
             */
            version: number;
        };
        /**
         * @description What a message is.
         * @enum {string}
         */
        MessageType: "text" | "image" | "file" | "voice" | "system" | "call";
        /** @description Where a list goes on. */
        Page: {
            /** @description Give this as `cursor` for the next page. */
            nextCursor?: string | null;
            /** @description Whether there is more. */
            hasMore: boolean;
        };
        /** @description A member of a conversation. */
        Participant: {
            /** @description The account. */
            userId: components["schemas"]["UserId"];
            /** @description Its unique name. */
            username: string;
            /** @description Its name to show. */
            displayName: string;
            /** @description Role in this conversation. */
            role: components["schemas"]["MemberRole"];
            /**
             * Format: int64
             * @description Everything up to this `seq` reached a device of theirs.
             */
            lastDeliveredSeq: number;
            /**
             * Format: int64
             * @description Everything up to this `seq` was read.
             */
            lastReadSeq: number;
        };
        /**
         * @description Presence as others see it.
         * @enum {string}
         */
        Presence: "online" | "away" | "dnd" | "offline";
        /** @description `presence`. */
        PresenceChanged: {
            /** @description Who. */
            userId: components["schemas"]["UserId"];
            /** @description What they show. */
            status: components["schemas"]["Presence"];
            /** @description Whether that is anything but offline. */
            isOnline: boolean;
            lastSeen?: components["schemas"]["Timestamp"] | null;
        };
        /** @description A published public key. */
        PublicKey: {
            /** @description The key as published. */
            publicKey: string;
            /** @description What kind of key it is, as the owner said. */
            algorithm?: string | null;
            /** @description SHA-256 of the key's bytes as text, hexadecimal. */
            fingerprint: string;
            /** @description When it was published. */
            updatedAt: components["schemas"]["Timestamp"];
        };
        /** @description `PUT /api/users/me/public-key`. */
        PublishKey: {
            /**
             * @description The key, ≤16 KiB of text.
             * @example MIICIjANBgkqhkiG9w0BAQEFAAOCAg8A
             */
            publicKey: string;
            /**
             * @description What kind of key.
             * @example RSA-OAEP-4096
             */
            algorithm?: string | null;
        };
        /** @description `reaction`. */
        React: {
            /** @description To which message. */
            messageId: components["schemas"]["MessageId"];
            /**
             * @description One emoji.
             * @example 👍
             */
            emoji: string;
            /** @description `add` if absent. */
            action?: components["schemas"]["ReactionAction"];
        };
        /** @description One kind of reaction to a message. */
        Reaction: {
            /**
             * @description One emoji.
             * @example 👍
             */
            emoji: string;
            /**
             * Format: int64
             * @description How many people.
             */
            count: number;
            /** @description Who. */
            userIds: components["schemas"]["UserId"][];
        };
        /**
         * @description What to do with a reaction.
         * @enum {string}
         */
        ReactionAction: "add" | "remove";
        /** @description `reaction`. */
        ReactionChanged: {
            /** @description To which message. */
            messageId: components["schemas"]["MessageId"];
            /** @description Where. */
            conversationId: components["schemas"]["ConversationId"];
            /** @description The emoji. */
            emoji: string;
            /** @description Whose. */
            userId: components["schemas"]["UserId"];
            /** @description Put or taken back. */
            action: components["schemas"]["ReactionAction"];
            /**
             * Format: int64
             * @description Number of the change.
             */
            version: number;
        };
        /** @description The caller's place in a conversation after marking. */
        ReadMarker: {
            /** @description Where. */
            conversationId: components["schemas"]["ConversationId"];
            /**
             * Format: int64
             * @description Read up to here.
             */
            seq: number;
            /**
             * Format: int64
             * @description Messages of others after it.
             */
            unreadCount: number;
        };
        /** @description How far one member has come. */
        Receipt: {
            /** @description The member. */
            userId: components["schemas"]["UserId"];
            /**
             * Format: int64
             * @description Everything up to this `seq` reached a device of theirs.
             */
            deliveredSeq: number;
            /**
             * Format: int64
             * @description Everything up to this `seq` was read.
             */
            readSeq: number;
        };
        /**
         * @description A receipt's kind.
         * @enum {string}
         */
        ReceiptKind: "delivered" | "read";
        /** @description `POST /api/auth/refresh`; without a body the cookie is used. */
        Refresh: {
            /**
             * @description The refresh token.
             * @example 0193000000007000800000000000.0.bWFj
             */
            refreshToken?: string | null;
        };
        /** @description `POST /api/auth/register`. */
        Register: {
            /**
             * @description 3–32 of `[a-z0-9_.]`, unique without regard to case.
             * @example ada
             */
            username: string;
            /**
             * @description At least 8 characters, at most 1,024 bytes.
             * @example correct horse battery staple
             */
            password: string;
            /** @description Address, unique. */
            email?: string | null;
            /** @description Name to show; the username if absent. */
            displayName?: string | null;
            /** @description Key for client-side encryption. */
            publicKey?: string | null;
            /** @description The device's own identifier. */
            deviceId?: string | null;
            /** @description The device's name for people. */
            deviceName?: string | null;
        };
        /** @description `POST /api/users/device`. */
        RegisterDevice: {
            /**
             * @description The device's own identifier, ≤128 characters.
             * @example laptop-1
             */
            deviceId: string;
            /** @description Name for people. */
            deviceName?: string | null;
            /** @description Such as `web`, `ios`, `android`. */
            platform?: string | null;
        };
        /**
         * @description Who may make an account.
         * @enum {string}
         */
        RegistrationPolicy: "open" | "closed";
        /** @description One thing. */
        Reply_Conversation: {
            /**
             * @description Always `true`.
             * @example true
             */
            success: boolean;
            /**
             * @description One sentence for people.
             * @example Done.
             */
            message: string;
            /** @description A conversation as one member sees it. */
            data: {
                /** @description Identifier. */
                id: components["schemas"]["ConversationId"];
                /** @description The same under the name that some clients expect. */
                chatId: components["schemas"]["ConversationId"];
                /** @description Its shape. */
                conversationType: components["schemas"]["ConversationType"];
                /** @description Name; absent for a dm. */
                name?: string | null;
                /** @description What it is about. */
                topic?: string | null;
                /** @description Where the picture is. */
                avatarUrl?: string | null;
                /** @description Members. */
                participants: components["schemas"]["Participant"][];
                /** @description Members' identifiers. */
                participantIds: components["schemas"]["UserId"][];
                lastMessage?: components["schemas"]["Message"] | null;
                lastMessageId?: components["schemas"]["MessageId"] | null;
                /** @description When something was last said. */
                lastActivity: components["schemas"]["Timestamp"];
                /**
                 * Format: int64
                 * @description Messages ever sent (the newest `seq`).
                 */
                messageCount: number;
                /**
                 * Format: int64
                 * @description Messages of others after `lastReadSeq`.
                 */
                unreadCount: number;
                /**
                 * Format: int64
                 * @description Those of them that mention the viewer.
                 */
                mentionCount: number;
                /**
                 * Format: int64
                 * @description The viewer has read up to here.
                 */
                lastReadSeq: number;
                /**
                 * Format: int64
                 * @description Number of the newest change.
                 */
                version: number;
                /** @description How messages are encrypted. */
                encryption: components["schemas"]["Encryption"];
                /**
                 * Format: int64
                 * @description Messages older than this many days are deleted; absent: the server's rule.
                 */
                retentionDays?: number | null;
                /**
                 * Format: int64
                 * @description Messages vanish after this many seconds.
                 */
                disappearingSeconds?: number | null;
                /**
                 * Format: int64
                 * @description Least time between two messages of one member, seconds.
                 */
                slowModeSeconds?: number | null;
                mutedUntil?: components["schemas"]["Timestamp"] | null;
                /** @description Put away (own). */
                archived: boolean;
                /** @description Kept on top (own). */
                pinned: boolean;
                /** @description When it was made. */
                createdAt: components["schemas"]["Timestamp"];
            };
        };
        /** @description One thing. */
        Reply_Device: {
            /**
             * @description Always `true`.
             * @example true
             */
            success: boolean;
            /**
             * @description One sentence for people.
             * @example Done.
             */
            message: string;
            /** @description A device that the caller registered. */
            data: {
                /** @description The device's own identifier. */
                deviceId: string;
                /** @description Name for people. */
                deviceName?: string | null;
                /** @description Such as `web`, `ios`, `android`. */
                platform?: string | null;
                /** @description When it was last registered. */
                updatedAt: components["schemas"]["Timestamp"];
            };
        };
        /** @description One thing. */
        Reply_Health: {
            /**
             * @description Always `true`.
             * @example true
             */
            success: boolean;
            /**
             * @description One sentence for people.
             * @example Done.
             */
            message: string;
            /** @description How a server is. */
            data: {
                /** @description `ok` if every dependency is. */
                status: components["schemas"]["HealthStatus"];
                /**
                 * @description The version of the program.
                 * @example 0.1.0
                 */
                version: string;
                /**
                 * Format: int64
                 * @description Seconds since the start.
                 * @example 86400
                 */
                uptime: number;
                /** @description Each thing it depends on. */
                dependencies: components["schemas"]["Dependency"][];
            };
        };
        /** @description One thing. */
        Reply_Me: {
            /**
             * @description Always `true`.
             * @example true
             */
            success: boolean;
            /**
             * @description One sentence for people.
             * @example Done.
             */
            message: string;
            /** @description The caller's own account. */
            data: components["schemas"]["User"] & {
                /** @description Whether the account may be used. */
                accountStatus: components["schemas"]["AccountStatus"];
                /** @description Whether a second factor is asked for at sign-in. */
                twoFactor: boolean;
                /**
                 * Format: int32
                 * @description Number of registered passkeys.
                 */
                passkeys: number;
                /** @description Whether the e-mail address was confirmed. */
                emailVerified: boolean;
            };
        };
        /** @description One thing. */
        Reply_Message: {
            /**
             * @description Always `true`.
             * @example true
             */
            success: boolean;
            /**
             * @description One sentence for people.
             * @example Done.
             */
            message: string;
            /** @description A message. */
            data: {
                /** @description Identifier. */
                id: components["schemas"]["MessageId"];
                /** @description Where it was said. */
                conversationId: components["schemas"]["ConversationId"];
                /** @description The same under the name that some clients expect. */
                chatId: components["schemas"]["ConversationId"];
                /**
                 * Format: int64
                 * @description Place in the conversation, from 1, without gaps.
                 */
                seq: number;
                /**
                 * Format: int64
                 * @description The conversation's version at this message's last change.
                 */
                version: number;
                /** @description Who said it. */
                senderId: components["schemas"]["UserId"];
                receiverId?: components["schemas"]["UserId"] | null;
                /** @description The sender's own identifier for it. */
                clientMessageId?: string | null;
                /** @description What it is. */
                messageType: components["schemas"]["MessageType"];
                /** @description The words, as plain text. */
                content?: string | null;
                /** @description The ciphertext, base64. */
                encryptedText?: string | null;
                encryption?: components["schemas"]["EncryptionEnvelope"] | null;
                replyTo?: components["schemas"]["MessageId"] | null;
                threadRootId?: components["schemas"]["MessageId"] | null;
                /**
                 * Format: int64
                 * @description Messages in the thread below it.
                 */
                threadReplyCount: number;
                /** @description Files. */
                attachments: Record<string, never>[];
                /** @description Reactions, in the order they first came. */
                reactions: components["schemas"]["Reaction"][];
                /** @description People it names. */
                mentions: components["schemas"]["UserId"][];
                /** @description How far it has come. */
                status: components["schemas"]["MessageStatus"];
                editedAt?: components["schemas"]["Timestamp"] | null;
                deletedAt?: components["schemas"]["Timestamp"] | null;
                expiresAt?: components["schemas"]["Timestamp"] | null;
                pinnedAt?: components["schemas"]["Timestamp"] | null;
                /** @description When it was stored. */
                createdAt: components["schemas"]["Timestamp"];
                /** @description The same under the name that some clients expect. */
                timestamp: components["schemas"]["Timestamp"];
                /** @description Set when this answers a repeated send. */
                duplicate?: boolean;
            };
        };
        /** @description One thing. */
        Reply_Participant: {
            /**
             * @description Always `true`.
             * @example true
             */
            success: boolean;
            /**
             * @description One sentence for people.
             * @example Done.
             */
            message: string;
            /** @description A member of a conversation. */
            data: {
                /** @description The account. */
                userId: components["schemas"]["UserId"];
                /** @description Its unique name. */
                username: string;
                /** @description Its name to show. */
                displayName: string;
                /** @description Role in this conversation. */
                role: components["schemas"]["MemberRole"];
                /**
                 * Format: int64
                 * @description Everything up to this `seq` reached a device of theirs.
                 */
                lastDeliveredSeq: number;
                /**
                 * Format: int64
                 * @description Everything up to this `seq` was read.
                 */
                lastReadSeq: number;
            };
        };
        /** @description One thing. */
        Reply_PresenceChanged: {
            /**
             * @description Always `true`.
             * @example true
             */
            success: boolean;
            /**
             * @description One sentence for people.
             * @example Done.
             */
            message: string;
            /** @description `presence`. */
            data: {
                /** @description Who. */
                userId: components["schemas"]["UserId"];
                /** @description What they show. */
                status: components["schemas"]["Presence"];
                /** @description Whether that is anything but offline. */
                isOnline: boolean;
                lastSeen?: components["schemas"]["Timestamp"] | null;
            };
        };
        /** @description One thing. */
        Reply_PublicKey: {
            /**
             * @description Always `true`.
             * @example true
             */
            success: boolean;
            /**
             * @description One sentence for people.
             * @example Done.
             */
            message: string;
            /** @description A published public key. */
            data: {
                /** @description The key as published. */
                publicKey: string;
                /** @description What kind of key it is, as the owner said. */
                algorithm?: string | null;
                /** @description SHA-256 of the key's bytes as text, hexadecimal. */
                fingerprint: string;
                /** @description When it was published. */
                updatedAt: components["schemas"]["Timestamp"];
            };
        };
        /** @description One thing. */
        Reply_ReadMarker: {
            /**
             * @description Always `true`.
             * @example true
             */
            success: boolean;
            /**
             * @description One sentence for people.
             * @example Done.
             */
            message: string;
            /** @description The caller's place in a conversation after marking. */
            data: {
                /** @description Where. */
                conversationId: components["schemas"]["ConversationId"];
                /**
                 * Format: int64
                 * @description Read up to here.
                 */
                seq: number;
                /**
                 * Format: int64
                 * @description Messages of others after it.
                 */
                unreadCount: number;
            };
        };
        /** @description One thing. */
        Reply_ServerInfo: {
            /**
             * @description Always `true`.
             * @example true
             */
            success: boolean;
            /**
             * @description One sentence for people.
             * @example Done.
             */
            message: string;
            /** @description What anybody may know of a server. */
            data: {
                /**
                 * @description Its name.
                 * @example Kith
                 */
                name: string;
                /**
                 * @description The version of the program.
                 * @example 0.1.0
                 */
                version: string;
                /** @description Who may make an account. */
                registration: components["schemas"]["RegistrationPolicy"];
                /** @description What it takes at most. */
                limits: components["schemas"]["ServerLimits"];
                /**
                 * @description Other ways to sign in.
                 * @example []
                 */
                providers: string[];
                /**
                 * @description What it can do beyond the least.
                 * @example [
                 *       "groups",
                 *       "reactions",
                 *       "receipts",
                 *       "sync",
                 *       "typing"
                 *     ]
                 */
                features: string[];
                /** @description Its clock. */
                time: components["schemas"]["Timestamp"];
            };
        };
        /** @description One thing. */
        Reply_SignedIn: {
            /**
             * @description Always `true`.
             * @example true
             */
            success: boolean;
            /**
             * @description One sentence for people.
             * @example Done.
             */
            message: string;
            /** @description Answer of register and login. */
            data: components["schemas"]["Tokens"] & {
                /** @description The account. */
                user: components["schemas"]["Me"];
            };
        };
        /** @description One thing. */
        Reply_SocketFigures: {
            /**
             * @description Always `true`.
             * @example true
             */
            success: boolean;
            /**
             * @description One sentence for people.
             * @example Done.
             */
            message: string;
            /** @description Realtime connections now. */
            data: {
                /**
                 * Format: int64
                 * @description Open connections.
                 * @example 3
                 */
                connections: number;
                /** @description The same by transport. */
                transports: components["schemas"]["TransportFigures"];
                /**
                 * Format: int64
                 * @description People with at least one connection.
                 * @example 2
                 */
                usersOnline: number;
            };
        };
        /** @description One thing. */
        Reply_Stats: {
            /**
             * @description Always `true`.
             * @example true
             */
            success: boolean;
            /**
             * @description One sentence for people.
             * @example Done.
             */
            message: string;
            /** @description Figures about the caller; administrators also see the server's. */
            data: {
                /**
                 * Format: int64
                 * @description Messages the caller sent.
                 */
                messagesSent: number;
                /**
                 * Format: int64
                 * @description Conversations the caller is in.
                 */
                conversations: number;
                /**
                 * Format: int64
                 * @description Devices signed in.
                 */
                devices: number;
                server?: components["schemas"]["ServerStats"] | null;
            };
        };
        /** @description One thing. */
        Reply_SyncPage: {
            /**
             * @description Always `true`.
             * @example true
             */
            success: boolean;
            /**
             * @description One sentence for people.
             * @example Done.
             */
            message: string;
            /** @description What changed since a cursor. */
            data: {
                /** @description Changes, oldest first within each conversation; the same names and payloads as the realtime events. */
                changes: components["schemas"]["Change"][];
                /** @description Give this next time. */
                cursor: string;
                /** @description Whether to ask again at once. */
                hasMore: boolean;
            };
        };
        /** @description One thing. */
        Reply_Tokens: {
            /**
             * @description Always `true`.
             * @example true
             */
            success: boolean;
            /**
             * @description One sentence for people.
             * @example Done.
             */
            message: string;
            /** @description Tokens of a new or refreshed session. */
            data: {
                /** @description The access token, under the name that some clients expect. */
                token: string;
                /** @description The access token: a JWT for `Authorization: Bearer`. */
                accessToken: string;
                /** @description The refresh token: opaque, single use. */
                refreshToken: string;
                /**
                 * Format: int64
                 * @description Lifetime of the access token in seconds.
                 * @example 900
                 */
                expiresIn: number;
            };
        };
        /** @description One thing. */
        Reply_User: {
            /**
             * @description Always `true`.
             * @example true
             */
            success: boolean;
            /**
             * @description One sentence for people.
             * @example Done.
             */
            message: string;
            /** @description An account as others see it. */
            data: {
                /** @description Identifier. */
                id: components["schemas"]["UserId"];
                /**
                 * @description Unique name, lower case.
                 * @example ada
                 */
                username: string;
                /**
                 * @description Name to show.
                 * @example Ada Lovelace
                 */
                displayName: string;
                /** @description Address; only the account itself and administrators see it. */
                email?: string | null;
                /** @description A few words about the person. */
                bio?: string | null;
                /** @description Where the picture is. */
                avatarUrl?: string | null;
                /** @description Role on the server. */
                role: components["schemas"]["Role"];
                /** @description Presence now. */
                status: components["schemas"]["Presence"];
                /** @description Whether `status` is anything but offline. */
                isOnline: boolean;
                lastSeen?: components["schemas"]["Timestamp"] | null;
                /** @description Published key for client-side encryption, opaque to the server. */
                publicKey?: string | null;
                /** @description When the account was made. */
                createdAt: components["schemas"]["Timestamp"];
                /** @description When the profile last changed. */
                updatedAt: components["schemas"]["Timestamp"];
            };
        };
        /**
         * @description What an account may do on the whole server.
         * @enum {string}
         */
        Role: "user" | "moderator" | "admin";
        /**
         * @description `POST /api/messages` and `send_message`.
         *
         *     Exactly one destination (`conversationId`, `chatId`, `receiverId`, `receiverUsername`) and exactly one body
         *     (`content`, `encryptedText`). A dm is made if there is none yet.
         */
        SendMessage: {
            /** @default null */
            conversationId: components["schemas"]["ConversationId"] | null;
            /** @default null */
            chatId: components["schemas"]["ConversationId"] | null;
            /** @default null */
            receiverId: components["schemas"]["UserId"] | null;
            /**
             * @description To a person by name.
             * @default null
             * @example bob
             */
            receiverUsername: string | null;
            /**
             * @description Plain text, 1–16,384 characters.
             * @default null
             * @example Hello
             */
            content: string | null;
            /**
             * @description Ciphertext, base64, ≤256 KiB.
             * @default null
             */
            encryptedText: string | null;
            /** @default null */
            encryption: components["schemas"]["EncryptionEnvelope"] | null;
            /**
             * @description The sender's identifier, 1–128 characters: a repeat returns the first message.
             * @default null
             */
            clientMessageId: string | null;
            /** @default null */
            messageType: components["schemas"]["MessageType"] | null;
            /** @default null */
            replyTo: components["schemas"]["MessageId"] | null;
            /**
             * @description People it names, ≤50; only members count.
             * @default null
             */
            mentions: components["schemas"]["UserId"][] | null;
        };
        /** @description What anybody may know of a server. */
        ServerInfo: {
            /**
             * @description Its name.
             * @example Kith
             */
            name: string;
            /**
             * @description The version of the program.
             * @example 0.1.0
             */
            version: string;
            /** @description Who may make an account. */
            registration: components["schemas"]["RegistrationPolicy"];
            /** @description What it takes at most. */
            limits: components["schemas"]["ServerLimits"];
            /**
             * @description Other ways to sign in.
             * @example []
             */
            providers: string[];
            /**
             * @description What it can do beyond the least.
             * @example [
             *       "groups",
             *       "reactions",
             *       "receipts",
             *       "sync",
             *       "typing"
             *     ]
             */
            features: string[];
            /** @description Its clock. */
            time: components["schemas"]["Timestamp"];
        };
        /** @description What a server takes at most. */
        ServerLimits: {
            /**
             * Format: int64
             * @description Characters of a message.
             * @example 16384
             */
            contentCharacters: number;
            /**
             * Format: int64
             * @description Bytes of base64 ciphertext.
             * @example 262144
             */
            encryptedBytes: number;
            /**
             * Format: int64
             * @description Fewest characters of a password.
             * @example 8
             */
            passwordCharacters: number;
            /**
             * Format: int64
             * @description Bytes of a realtime message.
             * @example 1048576
             */
            payloadBytes: number;
        };
        /** @description Totals of the server. */
        ServerStats: {
            /**
             * Format: int64
             * @description Accounts.
             */
            users: number;
            /**
             * Format: int64
             * @description People connected now.
             */
            online: number;
            /**
             * Format: int64
             * @description Conversations.
             */
            conversations: number;
            /**
             * Format: int64
             * @description Messages stored.
             */
            messages: number;
        };
        /** @description A signed-in device. */
        Session: {
            /** @description Identifier. */
            id: components["schemas"]["SessionId"];
            /** @description The device's own identifier. */
            deviceId?: string | null;
            /** @description The device's name for people. */
            deviceName?: string | null;
            /** @description `User-Agent` at sign-in. */
            userAgent?: string | null;
            /** @description Address of last use. */
            ip?: string | null;
            /** @description Place of that address, if the server has a location database. */
            location?: string | null;
            /** @description Sign-in. */
            createdAt: components["schemas"]["Timestamp"];
            /** @description Last refresh or connection. */
            lastUsedAt: components["schemas"]["Timestamp"];
            /** @description Whether the caller is using this one. */
            current: boolean;
        };
        /**
         * Format: uuid
         * @description A signed-in device: the family of one refresh token.
         * @example 01930000-0000-7000-8000-000000000000
         */
        SessionId: string;
        /** @description `session_revoked`. */
        SessionRevoked: {
            /** @description Which. */
            sessionId: components["schemas"]["SessionId"];
            /** @description Why: `signed_out`, `token_reused`, `password_changed`, `too_many_connections`. */
            reason: string;
        };
        /** @description `PATCH /api/messages/{id}/status`. */
        SetStatus: {
            /** @description How far it has come. */
            status: components["schemas"]["ReceiptKind"];
        };
        /** @description Answer of register and login. */
        SignedIn: components["schemas"]["Tokens"] & {
            /** @description The account. */
            user: components["schemas"]["Me"];
        };
        /** @description Realtime connections now. */
        SocketFigures: {
            /**
             * Format: int64
             * @description Open connections.
             * @example 3
             */
            connections: number;
            /** @description The same by transport. */
            transports: components["schemas"]["TransportFigures"];
            /**
             * Format: int64
             * @description People with at least one connection.
             * @example 2
             */
            usersOnline: number;
        };
        /** @description Figures about the caller; administrators also see the server's. */
        Stats: {
            /**
             * Format: int64
             * @description Messages the caller sent.
             */
            messagesSent: number;
            /**
             * Format: int64
             * @description Conversations the caller is in.
             */
            conversations: number;
            /**
             * Format: int64
             * @description Devices signed in.
             */
            devices: number;
            server?: components["schemas"]["ServerStats"] | null;
        };
        /** @description `presence_subscribe`. */
        SubscribePresence: {
            /** @description Whom to watch, ≤500; replaces the former list. */
            userIds: components["schemas"]["UserId"][];
        };
        /** @description `sync`. */
        Sync: {
            /**
             * @description As given by the last `sync` or by `connection:established`.
             * @default null
             */
            cursor: string | null;
            /**
             * Format: int64
             * @description Changes a page, 1–1,000.
             * @default null
             */
            limit: number | null;
        };
        /** @description What changed since a cursor. */
        SyncPage: {
            /** @description Changes, oldest first within each conversation; the same names and payloads as the realtime events. */
            changes: components["schemas"]["Change"][];
            /** @description Give this next time. */
            cursor: string;
            /** @description Whether to ask again at once. */
            hasMore: boolean;
        };
        /**
         * Format: date-time
         * @description Milliseconds since the Unix epoch; RFC 3339 UTC with milliseconds in JSON.
         * @example 2026-01-31T12:00:00.000Z
         */
        Timestamp: string;
        /** @description Tokens of a new or refreshed session. */
        Tokens: {
            /** @description The access token, under the name that some clients expect. */
            token: string;
            /** @description The access token: a JWT for `Authorization: Bearer`. */
            accessToken: string;
            /** @description The refresh token: opaque, single use. */
            refreshToken: string;
            /**
             * Format: int64
             * @description Lifetime of the access token in seconds.
             * @example 900
             */
            expiresIn: number;
        };
        /** @description Connections of each transport. */
        TransportFigures: {
            /**
             * Format: int64
             * @description Socket.IO over WebSocket.
             * @example 1
             */
            websocket: number;
            /**
             * Format: int64
             * @description Socket.IO over long-polling.
             * @example 1
             */
            polling: number;
            /**
             * Format: int64
             * @description Raw WebSocket.
             * @example 1
             */
            raw: number;
        };
        /** @description `typing_start` and `typing_stop`: exactly one of the two. */
        Typing: {
            /** @default null */
            conversationId: components["schemas"]["ConversationId"] | null;
            /**
             * @description In the dm with a person.
             * @default null
             */
            receiverUsername: string | null;
        };
        /** @description `PUT /api/conversations/{id}`: absent fields stay, `null` clears. */
        UpdateConversation: {
            /**
             * @description New name.
             * @default null
             * @example Friends
             */
            name: string | null;
            /**
             * @description New topic.
             * @default null
             */
            topic: string | null;
        };
        /** @description `PUT /api/users/me/presence` and `presence_update`. */
        UpdatePresence: {
            /** @description What others shall see while a device is connected. */
            status: components["schemas"]["Presence"];
        };
        /** @description `PUT /api/users/{id}`: absent fields stay, `null` clears. */
        UpdateProfile: {
            /**
             * @description Name to show, ≤64 characters.
             * @default null
             * @example Ada Lovelace
             */
            displayName: string | null;
            /**
             * @description A few words, ≤500 characters.
             * @default null
             */
            bio: string | null;
            /**
             * @description Address.
             * @default null
             */
            email: string | null;
        };
        /** @description An account as others see it. */
        User: {
            /** @description Identifier. */
            id: components["schemas"]["UserId"];
            /**
             * @description Unique name, lower case.
             * @example ada
             */
            username: string;
            /**
             * @description Name to show.
             * @example Ada Lovelace
             */
            displayName: string;
            /** @description Address; only the account itself and administrators see it. */
            email?: string | null;
            /** @description A few words about the person. */
            bio?: string | null;
            /** @description Where the picture is. */
            avatarUrl?: string | null;
            /** @description Role on the server. */
            role: components["schemas"]["Role"];
            /** @description Presence now. */
            status: components["schemas"]["Presence"];
            /** @description Whether `status` is anything but offline. */
            isOnline: boolean;
            lastSeen?: components["schemas"]["Timestamp"] | null;
            /** @description Published key for client-side encryption, opaque to the server. */
            publicKey?: string | null;
            /** @description When the account was made. */
            createdAt: components["schemas"]["Timestamp"];
            /** @description When the profile last changed. */
            updatedAt: components["schemas"]["Timestamp"];
        };
        /**
         * Format: uuid
         * @description A person or bot with an account.
         * @example 01930000-0000-7000-8000-000000000000
         */
        UserId: string;
        /** @description `user_typing`. */
        UserTyping: {
            /** @description Where. */
            conversationId: components["schemas"]["ConversationId"];
            /** @description Who. */
            userId: components["schemas"]["UserId"];
            /** @description Their name. */
            username: string;
            /** @description Started or stopped; a start expires by itself after 6 s. */
            isTyping: boolean;
        };
    };
    responses: {
        /** @description The body is not JSON. */
        Error400: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description The credentials are missing, wrong, expired or revoked. */
        Error401: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description The caller may not do this, or a cookie came from a foreign page. */
        Error403: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description It does not exist, or the caller may not know that it does. */
        Error404: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description It contradicts the present state. */
        Error409: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description It was there and is no more. */
        Error410: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description The body is larger than 1 MiB. */
        Error413: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description The body is not `application/json`. */
        Error415: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description Something is missing or breaks a rule; `details` names it. */
        Error422: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description Too many failed sign-ins; see `Retry-After`. */
        Error423: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description Over a limit; see `Retry-After`. */
        Error429: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description A defect of the server. */
        Error500: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description Something that the server needs is away; see `Retry-After`. */
        Error503: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
    };
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    get_openapi: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /** @example {} */
                    "application/json": Record<string, never>;
                };
            };
            500: components["responses"]["Error500"];
        };
    };
    sign_in: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "password": "correct horse battery staple",
                 *       "username": "ada"
                 *     }
                 */
                "application/json": components["schemas"]["Login"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": {
                     *         "accessToken": "text",
                     *         "expiresIn": 900,
                     *         "refreshToken": "text",
                     *         "token": "text",
                     *         "user": {
                     *           "accountStatus": "active",
                     *           "avatarUrl": "text",
                     *           "bio": "text",
                     *           "createdAt": "2026-01-31T12:00:00.000Z",
                     *           "displayName": "Ada Lovelace",
                     *           "email": "text",
                     *           "emailVerified": false,
                     *           "id": "01930000-0000-7000-8000-000000000000",
                     *           "isOnline": false,
                     *           "lastSeen": "2026-01-31T12:00:00.000Z",
                     *           "passkeys": 1,
                     *           "publicKey": "text",
                     *           "role": "user",
                     *           "status": "online",
                     *           "twoFactor": false,
                     *           "updatedAt": "2026-01-31T12:00:00.000Z",
                     *           "username": "ada"
                     *         }
                     *       },
                     *       "message": "Done.",
                     *       "success": true
                     *     }
                     */
                    "application/json": components["schemas"]["Reply_SignedIn"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            413: components["responses"]["Error413"];
            415: components["responses"]["Error415"];
            422: components["responses"]["Error422"];
            423: components["responses"]["Error423"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            503: components["responses"]["Error503"];
        };
    };
    sign_out: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": {},
                     *       "message": "Done.",
                     *       "success": true
                     *     }
                     */
                    "application/json": components["schemas"]["Done"];
                };
            };
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            503: components["responses"]["Error503"];
        };
    };
    sign_out_everywhere: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": {},
                     *       "message": "Done.",
                     *       "success": true
                     *     }
                     */
                    "application/json": components["schemas"]["Done"];
                };
            };
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            503: components["responses"]["Error503"];
        };
    };
    get_me: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": {
                     *         "accountStatus": "active",
                     *         "avatarUrl": "text",
                     *         "bio": "text",
                     *         "createdAt": "2026-01-31T12:00:00.000Z",
                     *         "displayName": "Ada Lovelace",
                     *         "email": "text",
                     *         "emailVerified": false,
                     *         "id": "01930000-0000-7000-8000-000000000000",
                     *         "isOnline": false,
                     *         "lastSeen": "2026-01-31T12:00:00.000Z",
                     *         "passkeys": 1,
                     *         "publicKey": "text",
                     *         "role": "user",
                     *         "status": "online",
                     *         "twoFactor": false,
                     *         "updatedAt": "2026-01-31T12:00:00.000Z",
                     *         "username": "ada"
                     *       },
                     *       "message": "Done.",
                     *       "success": true
                     *     }
                     */
                    "application/json": components["schemas"]["Reply_Me"];
                };
            };
            401: components["responses"]["Error401"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            503: components["responses"]["Error503"];
        };
    };
    refresh_tokens: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "refreshToken": "0193000000007000800000000000.0.bWFj"
                 *     }
                 */
                "application/json": components["schemas"]["Refresh"] | null;
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": {
                     *         "accessToken": "text",
                     *         "expiresIn": 900,
                     *         "refreshToken": "text",
                     *         "token": "text"
                     *       },
                     *       "message": "Done.",
                     *       "success": true
                     *     }
                     */
                    "application/json": components["schemas"]["Reply_Tokens"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            413: components["responses"]["Error413"];
            415: components["responses"]["Error415"];
            422: components["responses"]["Error422"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            503: components["responses"]["Error503"];
        };
    };
    sign_up: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "password": "correct horse battery staple",
                 *       "username": "ada"
                 *     }
                 */
                "application/json": components["schemas"]["Register"];
            };
        };
        responses: {
            /** @description Made. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": {
                     *         "accessToken": "text",
                     *         "expiresIn": 900,
                     *         "refreshToken": "text",
                     *         "token": "text",
                     *         "user": {
                     *           "accountStatus": "active",
                     *           "avatarUrl": "text",
                     *           "bio": "text",
                     *           "createdAt": "2026-01-31T12:00:00.000Z",
                     *           "displayName": "Ada Lovelace",
                     *           "email": "text",
                     *           "emailVerified": false,
                     *           "id": "01930000-0000-7000-8000-000000000000",
                     *           "isOnline": false,
                     *           "lastSeen": "2026-01-31T12:00:00.000Z",
                     *           "passkeys": 1,
                     *           "publicKey": "text",
                     *           "role": "user",
                     *           "status": "online",
                     *           "twoFactor": false,
                     *           "updatedAt": "2026-01-31T12:00:00.000Z",
                     *           "username": "ada"
                     *         }
                     *       },
                     *       "message": "Done.",
                     *       "success": true
                     *     }
                     */
                    "application/json": components["schemas"]["Reply_SignedIn"];
                };
            };
            400: components["responses"]["Error400"];
            403: components["responses"]["Error403"];
            409: components["responses"]["Error409"];
            413: components["responses"]["Error413"];
            415: components["responses"]["Error415"];
            422: components["responses"]["Error422"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            503: components["responses"]["Error503"];
        };
    };
    list_sessions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "createdAt": "2026-01-31T12:00:00.000Z",
                     *           "current": false,
                     *           "deviceId": "text",
                     *           "deviceName": "text",
                     *           "id": "01930000-0000-7000-8000-000000000000",
                     *           "ip": "text",
                     *           "lastUsedAt": "2026-01-31T12:00:00.000Z",
                     *           "location": "text",
                     *           "userAgent": "text"
                     *         }
                     *       ],
                     *       "message": "Done.",
                     *       "page": {
                     *         "hasMore": false,
                     *         "nextCursor": "text"
                     *       },
                     *       "success": true
                     *     }
                     */
                    "application/json": components["schemas"]["List_Session"];
                };
            };
            401: components["responses"]["Error401"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            503: components["responses"]["Error503"];
        };
    };
    end_session: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The session. */
                id: components["schemas"]["SessionId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": {},
                     *       "message": "Done.",
                     *       "success": true
                     *     }
                     */
                    "application/json": components["schemas"]["Done"];
                };
            };
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            503: components["responses"]["Error503"];
        };
    };
    sign_in_at_auth_signin: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "password": "correct horse battery staple",
                 *       "username": "ada"
                 *     }
                 */
                "application/json": components["schemas"]["Login"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": {
                     *         "accessToken": "text",
                     *         "expiresIn": 900,
                     *         "refreshToken": "text",
                     *         "token": "text",
                     *         "user": {
                     *           "accountStatus": "active",
                     *           "avatarUrl": "text",
                     *           "bio": "text",
                     *           "createdAt": "2026-01-31T12:00:00.000Z",
                     *           "displayName": "Ada Lovelace",
                     *           "email": "text",
                     *           "emailVerified": false,
                     *           "id": "01930000-0000-7000-8000-000000000000",
                     *           "isOnline": false,
                     *           "lastSeen": "2026-01-31T12:00:00.000Z",
                     *           "passkeys": 1,
                     *           "publicKey": "text",
                     *           "role": "user",
                     *           "status": "online",
                     *           "twoFactor": false,
                     *           "updatedAt": "2026-01-31T12:00:00.000Z",
                     *           "username": "ada"
                     *         }
                     *       },
                     *       "message": "Done.",
                     *       "success": true
                     *     }
                     */
                    "application/json": components["schemas"]["Reply_SignedIn"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            413: components["responses"]["Error413"];
            415: components["responses"]["Error415"];
            422: components["responses"]["Error422"];
            423: components["responses"]["Error423"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            503: components["responses"]["Error503"];
        };
    };
    sign_out_at_auth_signout: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": {},
                     *       "message": "Done.",
                     *       "success": true
                     *     }
                     */
                    "application/json": components["schemas"]["Done"];
                };
            };
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            503: components["responses"]["Error503"];
        };
    };
    sign_up_at_auth_signup: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "password": "correct horse battery staple",
                 *       "username": "ada"
                 *     }
                 */
                "application/json": components["schemas"]["Register"];
            };
        };
        responses: {
            /** @description Made. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": {
                     *         "accessToken": "text",
                     *         "expiresIn": 900,
                     *         "refreshToken": "text",
                     *         "token": "text",
                     *         "user": {
                     *           "accountStatus": "active",
                     *           "avatarUrl": "text",
                     *           "bio": "text",
                     *           "createdAt": "2026-01-31T12:00:00.000Z",
                     *           "displayName": "Ada Lovelace",
                     *           "email": "text",
                     *           "emailVerified": false,
                     *           "id": "01930000-0000-7000-8000-000000000000",
                     *           "isOnline": false,
                     *           "lastSeen": "2026-01-31T12:00:00.000Z",
                     *           "passkeys": 1,
                     *           "publicKey": "text",
                     *           "role": "user",
                     *           "status": "online",
                     *           "twoFactor": false,
                     *           "updatedAt": "2026-01-31T12:00:00.000Z",
                     *           "username": "ada"
                     *         }
                     *       },
                     *       "message": "Done.",
                     *       "success": true
                     *     }
                     */
                    "application/json": components["schemas"]["Reply_SignedIn"];
                };
            };
            400: components["responses"]["Error400"];
            403: components["responses"]["Error403"];
            409: components["responses"]["Error409"];
            413: components["responses"]["Error413"];
            415: components["responses"]["Error415"];
            422: components["responses"]["Error422"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            503: components["responses"]["Error503"];
        };
    };
    list_conversations_at_chats: {
        parameters: {
            query?: {
                /**
                 * @description At most so many; 50 if absent.
                 * @example 50
                 */
                limit?: number;
                /** @description `page.nextCursor` of the page before. Not together with `offset`. */
                cursor?: string;
                /** @description Skip so many. */
                offset?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "archived": false,
                     *           "avatarUrl": "text",
                     *           "chatId": "01930000-0000-7000-8000-000000000000",
                     *           "conversationType": "dm",
                     *           "createdAt": "2026-01-31T12:00:00.000Z",
                     *           "disappearingSeconds": 1,
                     *           "encryption": "none",
                     *           "id": "01930000-0000-7000-8000-000000000000",
                     *           "lastActivity": "2026-01-31T12:00:00.000Z",
                     *           "lastMessage": {
                     *             "attachments": [
                     *               {}
                     *             ],
                     *             "chatId": "01930000-0000-7000-8000-000000000000",
                     *             "clientMessageId": "text",
                     *             "content": "text",
                     *             "conversationId": "01930000-0000-7000-8000-000000000000",
                     *             "createdAt": "2026-01-31T12:00:00.000Z",
                     *             "deletedAt": "2026-01-31T12:00:00.000Z",
                     *             "duplicate": false,
                     *             "editedAt": "2026-01-31T12:00:00.000Z",
                     *             "encryptedText": "text",
                     *             "encryption": {
                     *               "epoch": 1,
                     *               "iv": "text",
                     *               "keyId": "text",
                     *               "scheme": "aes-256-cbc",
                     *               "signature": "text"
                     *             },
                     *             "expiresAt": "2026-01-31T12:00:00.000Z",
                     *             "id": "01930000-0000-7000-8000-000000000000",
                     *             "mentions": [
                     *               "01930000-0000-7000-8000-000000000000"
                     *             ],
                     *             "messageType": "text",
                     *             "pinnedAt": "2026-01-31T12:00:00.000Z",
                     *             "reactions": [
                     *               {
                     *                 "count": 1,
                     *                 "emoji": "👍",
                     *                 "userIds": [
                     *                   "01930000-0000-7000-8000-000000000000"
                     *                 ]
                     *               }
                     *             ],
                     *             "receiverId": "01930000-0000-7000-8000-000000000000",
                     *             "replyTo": "01930000-0000-7000-8000-000000000000",
                     *             "senderId": "01930000-0000-7000-8000-000000000000",
                     *             "seq": 1,
                     *             "status": "scheduled",
                     *             "threadReplyCount": 1,
                     *             "threadRootId": "01930000-0000-7000-8000-000000000000",
                     *             "timestamp": "2026-01-31T12:00:00.000Z",
                     *             "version": 1
                     *           },
                     *           "lastMessageId": "01930000-0000-7000-8000-000000000000",
                     *           "lastReadSeq": 1,
                     *           "mentionCount": 1,
                     *           "messageCount": 1,
                     *           "mutedUntil": "2026-01-31T12:00:00.000Z",
                     *           "name": "text",
                     *           "participantIds": [
                     *             "01930000-0000-7000-8000-000000000000"
                     *           ],
                     *           "participants": [
                     *             {
                     *               "displayName": "text",
                     *               "lastDeliveredSeq": 1,
                     *               "lastReadSeq": 1,
                     *               "role": "subscriber",
                     *               "userId": "01930000-0000-7000-8000-000000000000",
                     *               "username": "text"
                     *             }
                     *           ],
                     *           "pinned": false,
                     *           "retentionDays": 1,
                     *           "slowModeSeconds": 1,
                     *           "topic": "text",
                     *           "unreadCount": 1,
                     *           "version": 1
                     *         }
                     *       ],
                     *       "message": "Done.",
                     *       "page": {
                     *         "hasMore": false,
                     *         "nextCursor": "text"
                     *       },
                     *       "success": true
                     *     }
                     */
                    "application/json": components["schemas"]["List_Conversation"];
                };
            };
            401: components["responses"]["Error401"];
            422: components["responses"]["Error422"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            503: components["responses"]["Error503"];
        };
    };
    list_conversation_messages_at_chats__id__messages: {
        parameters: {
            query?: {
                /**
                 * @description At most so many; 50 if absent.
                 * @example 50
                 */
                limit?: number;
                /** @description `page.nextCursor` of the page before. Not together with `offset`. */
                cursor?: string;
                /** @description Skip so many. */
                offset?: number;
            };
            header?: never;
            path: {
                /** @description The conversation. */
                id: components["schemas"]["ConversationId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "attachments": [
                     *             {}
                     *           ],
                     *           "chatId": "01930000-0000-7000-8000-000000000000",
                     *           "clientMessageId": "text",
                     *           "content": "text",
                     *           "conversationId": "01930000-0000-7000-8000-000000000000",
                     *           "createdAt": "2026-01-31T12:00:00.000Z",
                     *           "deletedAt": "2026-01-31T12:00:00.000Z",
                     *           "duplicate": false,
                     *           "editedAt": "2026-01-31T12:00:00.000Z",
                     *           "encryptedText": "text",
                     *           "encryption": {
                     *             "epoch": 1,
                     *             "iv": "text",
                     *             "keyId": "text",
                     *             "scheme": "aes-256-cbc",
                     *             "signature": "text"
                     *           },
                     *           "expiresAt": "2026-01-31T12:00:00.000Z",
                     *           "id": "01930000-0000-7000-8000-000000000000",
                     *           "mentions": [
                     *             "01930000-0000-7000-8000-000000000000"
                     *           ],
                     *           "messageType": "text",
                     *           "pinnedAt": "2026-01-31T12:00:00.000Z",
                     *           "reactions": [
                     *             {
                     *               "count": 1,
                     *               "emoji": "👍",
                     *               "userIds": [
                     *                 "01930000-0000-7000-8000-000000000000"
                     *               ]
                     *             }
                     *           ],
                     *           "receiverId": "01930000-0000-7000-8000-000000000000",
                     *           "replyTo": "01930000-0000-7000-8000-000000000000",
                     *           "senderId": "01930000-0000-7000-8000-000000000000",
                     *           "seq": 1,
                     *           "status": "scheduled",
                     *           "threadReplyCount": 1,
                     *           "threadRootId": "01930000-0000-7000-8000-000000000000",
                     *           "timestamp": "2026-01-31T12:00:00.000Z",
                     *           "version": 1
                     *         }
                     *       ],
                     *       "message": "Done.",
                     *       "page": {
                     *         "hasMore": false,
                     *         "nextCursor": "text"
                     *       },
                     *       "success": true
                     *     }
                     */
                    "application/json": components["schemas"]["List_Message"];
                };
            };
            401: components["responses"]["Error401"];
            404: components["responses"]["Error404"];
            422: components["responses"]["Error422"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            503: components["responses"]["Error503"];
        };
    };
    list_conversations: {
        parameters: {
            query?: {
                /**
                 * @description At most so many; 50 if absent.
                 * @example 50
                 */
                limit?: number;
                /** @description `page.nextCursor` of the page before. Not together with `offset`. */
                cursor?: string;
                /** @description Skip so many. */
                offset?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "archived": false,
                     *           "avatarUrl": "text",
                     *           "chatId": "01930000-0000-7000-8000-000000000000",
                     *           "conversationType": "dm",
                     *           "createdAt": "2026-01-31T12:00:00.000Z",
                     *           "disappearingSeconds": 1,
                     *           "encryption": "none",
                     *           "id": "01930000-0000-7000-8000-000000000000",
                     *           "lastActivity": "2026-01-31T12:00:00.000Z",
                     *           "lastMessage": {
                     *             "attachments": [
                     *               {}
                     *             ],
                     *             "chatId": "01930000-0000-7000-8000-000000000000",
                     *             "clientMessageId": "text",
                     *             "content": "text",
                     *             "conversationId": "01930000-0000-7000-8000-000000000000",
                     *             "createdAt": "2026-01-31T12:00:00.000Z",
                     *             "deletedAt": "2026-01-31T12:00:00.000Z",
                     *             "duplicate": false,
                     *             "editedAt": "2026-01-31T12:00:00.000Z",
                     *             "encryptedText": "text",
                     *             "encryption": {
                     *               "epoch": 1,
                     *               "iv": "text",
                     *               "keyId": "text",
                     *               "scheme": "aes-256-cbc",
                     *               "signature": "text"
                     *             },
                     *             "expiresAt": "2026-01-31T12:00:00.000Z",
                     *             "id": "01930000-0000-7000-8000-000000000000",
                     *             "mentions": [
                     *               "01930000-0000-7000-8000-000000000000"
                     *             ],
                     *             "messageType": "text",
                     *             "pinnedAt": "2026-01-31T12:00:00.000Z",
                     *             "reactions": [
                     *               {
                     *                 "count": 1,
                     *                 "emoji": "👍",
                     *                 "userIds": [
                     *                   "01930000-0000-7000-8000-000000000000"
                     *                 ]
                     *               }
                     *             ],
                     *             "receiverId": "01930000-0000-7000-8000-000000000000",
                     *             "replyTo": "01930000-0000-7000-8000-000000000000",
                     *             "senderId": "01930000-0000-7000-8000-000000000000",
                     *             "seq": 1,
                     *             "status": "scheduled",
                     *             "threadReplyCount": 1,
                     *             "threadRootId": "01930000-0000-7000-8000-000000000000",
                     *             "timestamp": "2026-01-31T12:00:00.000Z",
                     *             "version": 1
                     *           },
                     *           "lastMessageId": "01930000-0000-7000-8000-000000000000",
                     *           "lastReadSeq": 1,
                     *           "mentionCount": 1,
                     *           "messageCount": 1,
                     *           "mutedUntil": "2026-01-31T12:00:00.000Z",
                     *           "name": "text",
                     *           "participantIds": [
                     *             "01930000-0000-7000-8000-000000000000"
                     *           ],
                     *           "participants": [
                     *             {
                     *               "displayName": "text",
                     *               "lastDeliveredSeq": 1,
                     *               "lastReadSeq": 1,
                     *               "role": "subscriber",
                     *               "userId": "01930000-0000-7000-8000-000000000000",
                     *               "username": "text"
                     *             }
                     *           ],
                     *           "pinned": false,
                     *           "retentionDays": 1,
                     *           "slowModeSeconds": 1,
                     *           "topic": "text",
                     *           "unreadCount": 1,
                     *           "version": 1
                     *         }
                     *       ],
                     *       "message": "Done.",
                     *       "page": {
                     *         "hasMore": false,
                     *         "nextCursor": "text"
                     *       },
                     *       "success": true
                     *     }
                     */
                    "application/json": components["schemas"]["List_Conversation"];
                };
            };
            401: components["responses"]["Error401"];
            422: components["responses"]["Error422"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            503: components["responses"]["Error503"];
        };
    };
    create_conversation: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "conversationType": "dm",
                 *       "usernames": [
                 *         "bob"
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["CreateConversation"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": {
                     *         "archived": false,
                     *         "avatarUrl": "text",
                     *         "chatId": "01930000-0000-7000-8000-000000000000",
                     *         "conversationType": "dm",
                     *         "createdAt": "2026-01-31T12:00:00.000Z",
                     *         "disappearingSeconds": 1,
                     *         "encryption": "none",
                     *         "id": "01930000-0000-7000-8000-000000000000",
                     *         "lastActivity": "2026-01-31T12:00:00.000Z",
                     *         "lastMessage": {
                     *           "attachments": [
                     *             {}
                     *           ],
                     *           "chatId": "01930000-0000-7000-8000-000000000000",
                     *           "clientMessageId": "text",
                     *           "content": "text",
                     *           "conversationId": "01930000-0000-7000-8000-000000000000",
                     *           "createdAt": "2026-01-31T12:00:00.000Z",
                     *           "deletedAt": "2026-01-31T12:00:00.000Z",
                     *           "duplicate": false,
                     *           "editedAt": "2026-01-31T12:00:00.000Z",
                     *           "encryptedText": "text",
                     *           "encryption": {
                     *             "epoch": 1,
                     *             "iv": "text",
                     *             "keyId": "text",
                     *             "scheme": "aes-256-cbc",
                     *             "signature": "text"
                     *           },
                     *           "expiresAt": "2026-01-31T12:00:00.000Z",
                     *           "id": "01930000-0000-7000-8000-000000000000",
                     *           "mentions": [
                     *             "01930000-0000-7000-8000-000000000000"
                     *           ],
                     *           "messageType": "text",
                     *           "pinnedAt": "2026-01-31T12:00:00.000Z",
                     *           "reactions": [
                     *             {
                     *               "count": 1,
                     *               "emoji": "👍",
                     *               "userIds": [
                     *                 "01930000-0000-7000-8000-000000000000"
                     *               ]
                     *             }
                     *           ],
                     *           "receiverId": "01930000-0000-7000-8000-000000000000",
                     *           "replyTo": "01930000-0000-7000-8000-000000000000",
                     *           "senderId": "01930000-0000-7000-8000-000000000000",
                     *           "seq": 1,
                     *           "status": "scheduled",
                     *           "threadReplyCount": 1,
                     *           "threadRootId": "01930000-0000-7000-8000-000000000000",
                     *           "timestamp": "2026-01-31T12:00:00.000Z",
                     *           "version": 1
                     *         },
                     *         "lastMessageId": "01930000-0000-7000-8000-000000000000",
                     *         "lastReadSeq": 1,
                     *         "mentionCount": 1,
                     *         "messageCount": 1,
                     *         "mutedUntil": "2026-01-31T12:00:00.000Z",
                     *         "name": "text",
                     *         "participantIds": [
                     *           "01930000-0000-7000-8000-000000000000"
                     *         ],
                     *         "participants": [
                     *           {
                     *             "displayName": "text",
                     *             "lastDeliveredSeq": 1,
                     *             "lastReadSeq": 1,
                     *             "role": "subscriber",
                     *             "userId": "01930000-0000-7000-8000-000000000000",
                     *             "username": "text"
                     *           }
                     *         ],
                     *         "pinned": false,
                     *         "retentionDays": 1,
                     *         "slowModeSeconds": 1,
                     *         "topic": "text",
                     *         "unreadCount": 1,
                     *         "version": 1
                     *       },
                     *       "message": "Done.",
                     *       "success": true
                     *     }
                     */
                    "application/json": components["schemas"]["Reply_Conversation"];
                };
            };
            /** @description Made. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": {
                     *         "archived": false,
                     *         "avatarUrl": "text",
                     *         "chatId": "01930000-0000-7000-8000-000000000000",
                     *         "conversationType": "dm",
                     *         "createdAt": "2026-01-31T12:00:00.000Z",
                     *         "disappearingSeconds": 1,
                     *         "encryption": "none",
                     *         "id": "01930000-0000-7000-8000-000000000000",
                     *         "lastActivity": "2026-01-31T12:00:00.000Z",
                     *         "lastMessage": {
                     *           "attachments": [
                     *             {}
                     *           ],
                     *           "chatId": "01930000-0000-7000-8000-000000000000",
                     *           "clientMessageId": "text",
                     *           "content": "text",
                     *           "conversationId": "01930000-0000-7000-8000-000000000000",
                     *           "createdAt": "2026-01-31T12:00:00.000Z",
                     *           "deletedAt": "2026-01-31T12:00:00.000Z",
                     *           "duplicate": false,
                     *           "editedAt": "2026-01-31T12:00:00.000Z",
                     *           "encryptedText": "text",
                     *           "encryption": {
                     *             "epoch": 1,
                     *             "iv": "text",
                     *             "keyId": "text",
                     *             "scheme": "aes-256-cbc",
                     *             "signature": "text"
                     *           },
                     *           "expiresAt": "2026-01-31T12:00:00.000Z",
                     *           "id": "01930000-0000-7000-8000-000000000000",
                     *           "mentions": [
                     *             "01930000-0000-7000-8000-000000000000"
                     *           ],
                     *           "messageType": "text",
                     *           "pinnedAt": "2026-01-31T12:00:00.000Z",
                     *           "reactions": [
                     *             {
                     *               "count": 1,
                     *               "emoji": "👍",
                     *               "userIds": [
                     *                 "01930000-0000-7000-8000-000000000000"
                     *               ]
                     *             }
                     *           ],
                     *           "receiverId": "01930000-0000-7000-8000-000000000000",
                     *           "replyTo": "01930000-0000-7000-8000-000000000000",
                     *           "senderId": "01930000-0000-7000-8000-000000000000",
                     *           "seq": 1,
                     *           "status": "scheduled",
                     *           "threadReplyCount": 1,
                     *           "threadRootId": "01930000-0000-7000-8000-000000000000",
                     *           "timestamp": "2026-01-31T12:00:00.000Z",
                     *           "version": 1
                     *         },
                     *         "lastMessageId": "01930000-0000-7000-8000-000000000000",
                     *         "lastReadSeq": 1,
                     *         "mentionCount": 1,
                     *         "messageCount": 1,
                     *         "mutedUntil": "2026-01-31T12:00:00.000Z",
                     *         "name": "text",
                     *         "participantIds": [
                     *           "01930000-0000-7000-8000-000000000000"
                     *         ],
                     *         "participants": [
                     *           {
                     *             "displayName": "text",
                     *             "lastDeliveredSeq": 1,
                     *             "lastReadSeq": 1,
                     *             "role": "subscriber",
                     *             "userId": "01930000-0000-7000-8000-000000000000",
                     *             "username": "text"
                     *           }
                     *         ],
                     *         "pinned": false,
                     *         "retentionDays": 1,
                     *         "slowModeSeconds": 1,
                     *         "topic": "text",
                     *         "unreadCount": 1,
                     *         "version": 1
                     *       },
                     *       "message": "Done.",
                     *       "success": true
                     *     }
                     */
                    "application/json": components["schemas"]["Reply_Conversation"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            413: components["responses"]["Error413"];
            415: components["responses"]["Error415"];
            422: components["responses"]["Error422"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            503: components["responses"]["Error503"];
        };
    };
    get_conversation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The conversation. */
                id: components["schemas"]["ConversationId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": {
                     *         "archived": false,
                     *         "avatarUrl": "text",
                     *         "chatId": "01930000-0000-7000-8000-000000000000",
                     *         "conversationType": "dm",
                     *         "createdAt": "2026-01-31T12:00:00.000Z",
                     *         "disappearingSeconds": 1,
                     *         "encryption": "none",
                     *         "id": "01930000-0000-7000-8000-000000000000",
                     *         "lastActivity": "2026-01-31T12:00:00.000Z",
                     *         "lastMessage": {
                     *           "attachments": [
                     *             {}
                     *           ],
                     *           "chatId": "01930000-0000-7000-8000-000000000000",
                     *           "clientMessageId": "text",
                     *           "content": "text",
                     *           "conversationId": "01930000-0000-7000-8000-000000000000",
                     *           "createdAt": "2026-01-31T12:00:00.000Z",
                     *           "deletedAt": "2026-01-31T12:00:00.000Z",
                     *           "duplicate": false,
                     *           "editedAt": "2026-01-31T12:00:00.000Z",
                     *           "encryptedText": "text",
                     *           "encryption": {
                     *             "epoch": 1,
                     *             "iv": "text",
                     *             "keyId": "text",
                     *             "scheme": "aes-256-cbc",
                     *             "signature": "text"
                     *           },
                     *           "expiresAt": "2026-01-31T12:00:00.000Z",
                     *           "id": "01930000-0000-7000-8000-000000000000",
                     *           "mentions": [
                     *             "01930000-0000-7000-8000-000000000000"
                     *           ],
                     *           "messageType": "text",
                     *           "pinnedAt": "2026-01-31T12:00:00.000Z",
                     *           "reactions": [
                     *             {
                     *               "count": 1,
                     *               "emoji": "👍",
                     *               "userIds": [
                     *                 "01930000-0000-7000-8000-000000000000"
                     *               ]
                     *             }
                     *           ],
                     *           "receiverId": "01930000-0000-7000-8000-000000000000",
                     *           "replyTo": "01930000-0000-7000-8000-000000000000",
                     *           "senderId": "01930000-0000-7000-8000-000000000000",
                     *           "seq": 1,
                     *           "status": "scheduled",
                     *           "threadReplyCount": 1,
                     *           "threadRootId": "01930000-0000-7000-8000-000000000000",
                     *           "timestamp": "2026-01-31T12:00:00.000Z",
                     *           "version": 1
                     *         },
                     *         "lastMessageId": "01930000-0000-7000-8000-000000000000",
                     *         "lastReadSeq": 1,
                     *         "mentionCount": 1,
                     *         "messageCount": 1,
                     *         "mutedUntil": "2026-01-31T12:00:00.000Z",
                     *         "name": "text",
                     *         "participantIds": [
                     *           "01930000-0000-7000-8000-000000000000"
                     *         ],
                     *         "participants": [
                     *           {
                     *             "displayName": "text",
                     *             "lastDeliveredSeq": 1,
                     *             "lastReadSeq": 1,
                     *             "role": "subscriber",
                     *             "userId": "01930000-0000-7000-8000-000000000000",
                     *             "username": "text"
                     *           }
                     *         ],
                     *         "pinned": false,
                     *         "retentionDays": 1,
                     *         "slowModeSeconds": 1,
                     *         "topic": "text",
                     *         "unreadCount": 1,
                     *         "version": 1
                     *       },
                     *       "message": "Done.",
                     *       "success": true
                     *     }
                     */
                    "application/json": components["schemas"]["Reply_Conversation"];
                };
            };
            401: components["responses"]["Error401"];
            404: components["responses"]["Error404"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            503: components["responses"]["Error503"];
        };
    };
    update_conversation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The conversation. */
                id: components["schemas"]["ConversationId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "Friends"
                 *     }
                 */
                "application/json": components["schemas"]["UpdateConversation"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": {
                     *         "archived": false,
                     *         "avatarUrl": "text",
                     *         "chatId": "01930000-0000-7000-8000-000000000000",
                     *         "conversationType": "dm",
                     *         "createdAt": "2026-01-31T12:00:00.000Z",
                     *         "disappearingSeconds": 1,
                     *         "encryption": "none",
                     *         "id": "01930000-0000-7000-8000-000000000000",
                     *         "lastActivity": "2026-01-31T12:00:00.000Z",
                     *         "lastMessage": {
                     *           "attachments": [
                     *             {}
                     *           ],
                     *           "chatId": "01930000-0000-7000-8000-000000000000",
                     *           "clientMessageId": "text",
                     *           "content": "text",
                     *           "conversationId": "01930000-0000-7000-8000-000000000000",
                     *           "createdAt": "2026-01-31T12:00:00.000Z",
                     *           "deletedAt": "2026-01-31T12:00:00.000Z",
                     *           "duplicate": false,
                     *           "editedAt": "2026-01-31T12:00:00.000Z",
                     *           "encryptedText": "text",
                     *           "encryption": {
                     *             "epoch": 1,
                     *             "iv": "text",
                     *             "keyId": "text",
                     *             "scheme": "aes-256-cbc",
                     *             "signature": "text"
                     *           },
                     *           "expiresAt": "2026-01-31T12:00:00.000Z",
                     *           "id": "01930000-0000-7000-8000-000000000000",
                     *           "mentions": [
                     *             "01930000-0000-7000-8000-000000000000"
                     *           ],
                     *           "messageType": "text",
                     *           "pinnedAt": "2026-01-31T12:00:00.000Z",
                     *           "reactions": [
                     *             {
                     *               "count": 1,
                     *               "emoji": "👍",
                     *               "userIds": [
                     *                 "01930000-0000-7000-8000-000000000000"
                     *               ]
                     *             }
                     *           ],
                     *           "receiverId": "01930000-0000-7000-8000-000000000000",
                     *           "replyTo": "01930000-0000-7000-8000-000000000000",
                     *           "senderId": "01930000-0000-7000-8000-000000000000",
                     *           "seq": 1,
                     *           "status": "scheduled",
                     *           "threadReplyCount": 1,
                     *           "threadRootId": "01930000-0000-7000-8000-000000000000",
                     *           "timestamp": "2026-01-31T12:00:00.000Z",
                     *           "version": 1
                     *         },
                     *         "lastMessageId": "01930000-0000-7000-8000-000000000000",
                     *         "lastReadSeq": 1,
                     *         "mentionCount": 1,
                     *         "messageCount": 1,
                     *         "mutedUntil": "2026-01-31T12:00:00.000Z",
                     *         "name": "text",
                     *         "participantIds": [
                     *           "01930000-0000-7000-8000-000000000000"
                     *         ],
                     *         "participants": [
                     *           {
                     *             "displayName": "text",
                     *             "lastDeliveredSeq": 1,
                     *             "lastReadSeq": 1,
                     *             "role": "subscriber",
                     *             "userId": "01930000-0000-7000-8000-000000000000",
                     *             "username": "text"
                     *           }
                     *         ],
                     *         "pinned": false,
                     *         "retentionDays": 1,
                     *         "slowModeSeconds": 1,
                     *         "topic": "text",
                     *         "unreadCount": 1,
                     *         "version": 1
                     *       },
                     *       "message": "Done.",
                     *       "success": true
                     *     }
                     */
                    "application/json": components["schemas"]["Reply_Conversation"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            413: components["responses"]["Error413"];
            415: components["responses"]["Error415"];
            422: components["responses"]["Error422"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            503: components["responses"]["Error503"];
        };
    };
    delete_conversation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The conversation. */
                id: components["schemas"]["ConversationId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": {},
                     *       "message": "Done.",
                     *       "success": true
                     *     }
                     */
                    "application/json": components["schemas"]["Done"];
                };
            };
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            503: components["responses"]["Error503"];
        };
    };
    mark_delivered: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The conversation. */
                id: components["schemas"]["ConversationId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "seq": 7
                 *     }
                 */
                "application/json": components["schemas"]["MarkUpTo"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": {
                     *         "conversationId": "01930000-0000-7000-8000-000000000000",
                     *         "seq": 1,
                     *         "unreadCount": 1
                     *       },
                     *       "message": "Done.",
                     *       "success": true
                     *     }
                     */
                    "application/json": components["schemas"]["Reply_ReadMarker"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            413: components["responses"]["Error413"];
            415: components["responses"]["Error415"];
            422: components["responses"]["Error422"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            503: components["responses"]["Error503"];
        };
    };
    list_conversation_messages: {
        parameters: {
            query?: {
                /**
                 * @description At most so many; 50 if absent.
                 * @example 50
                 */
                limit?: number;
                /** @description `page.nextCursor` of the page before. Not together with `offset`. */
                cursor?: string;
                /** @description Skip so many. */
                offset?: number;
            };
            header?: never;
            path: {
                /** @description The conversation. */
                id: components["schemas"]["ConversationId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "attachments": [
                     *             {}
                     *           ],
                     *           "chatId": "01930000-0000-7000-8000-000000000000",
                     *           "clientMessageId": "text",
                     *           "content": "text",
                     *           "conversationId": "01930000-0000-7000-8000-000000000000",
                     *           "createdAt": "2026-01-31T12:00:00.000Z",
                     *           "deletedAt": "2026-01-31T12:00:00.000Z",
                     *           "duplicate": false,
                     *           "editedAt": "2026-01-31T12:00:00.000Z",
                     *           "encryptedText": "text",
                     *           "encryption": {
                     *             "epoch": 1,
                     *             "iv": "text",
                     *             "keyId": "text",
                     *             "scheme": "aes-256-cbc",
                     *             "signature": "text"
                     *           },
                     *           "expiresAt": "2026-01-31T12:00:00.000Z",
                     *           "id": "01930000-0000-7000-8000-000000000000",
                     *           "mentions": [
                     *             "01930000-0000-7000-8000-000000000000"
                     *           ],
                     *           "messageType": "text",
                     *           "pinnedAt": "2026-01-31T12:00:00.000Z",
                     *           "reactions": [
                     *             {
                     *               "count": 1,
                     *               "emoji": "👍",
                     *               "userIds": [
                     *                 "01930000-0000-7000-8000-000000000000"
                     *               ]
                     *             }
                     *           ],
                     *           "receiverId": "01930000-0000-7000-8000-000000000000",
                     *           "replyTo": "01930000-0000-7000-8000-000000000000",
                     *           "senderId": "01930000-0000-7000-8000-000000000000",
                     *           "seq": 1,
                     *           "status": "scheduled",
                     *           "threadReplyCount": 1,
                     *           "threadRootId": "01930000-0000-7000-8000-000000000000",
                     *           "timestamp": "2026-01-31T12:00:00.000Z",
                     *           "version": 1
                     *         }
                     *       ],
                     *       "message": "Done.",
                     *       "page": {
                     *         "hasMore": false,
                     *         "nextCursor": "text"
                     *       },
                     *       "success": true
                     *     }
                     */
                    "application/json": components["schemas"]["List_Message"];
                };
            };
            401: components["responses"]["Error401"];
            404: components["responses"]["Error404"];
            422: components["responses"]["Error422"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            503: components["responses"]["Error503"];
        };
    };
    send_conversation_message: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The conversation. */
                id: components["schemas"]["ConversationId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "content": "Hello",
                 *       "receiverUsername": "bob"
                 *     }
                 */
                "application/json": components["schemas"]["SendMessage"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": {
                     *         "attachments": [
                     *           {}
                     *         ],
                     *         "chatId": "01930000-0000-7000-8000-000000000000",
                     *         "clientMessageId": "text",
                     *         "content": "text",
                     *         "conversationId": "01930000-0000-7000-8000-000000000000",
                     *         "createdAt": "2026-01-31T12:00:00.000Z",
                     *         "deletedAt": "2026-01-31T12:00:00.000Z",
                     *         "duplicate": false,
                     *         "editedAt": "2026-01-31T12:00:00.000Z",
                     *         "encryptedText": "text",
                     *         "encryption": {
                     *           "epoch": 1,
                     *           "iv": "text",
                     *           "keyId": "text",
                     *           "scheme": "aes-256-cbc",
                     *           "signature": "text"
                     *         },
                     *         "expiresAt": "2026-01-31T12:00:00.000Z",
                     *         "id": "01930000-0000-7000-8000-000000000000",
                     *         "mentions": [
                     *           "01930000-0000-7000-8000-000000000000"
                     *         ],
                     *         "messageType": "text",
                     *         "pinnedAt": "2026-01-31T12:00:00.000Z",
                     *         "reactions": [
                     *           {
                     *             "count": 1,
                     *             "emoji": "👍",
                     *             "userIds": [
                     *               "01930000-0000-7000-8000-000000000000"
                     *             ]
                     *           }
                     *         ],
                     *         "receiverId": "01930000-0000-7000-8000-000000000000",
                     *         "replyTo": "01930000-0000-7000-8000-000000000000",
                     *         "senderId": "01930000-0000-7000-8000-000000000000",
                     *         "seq": 1,
                     *         "status": "scheduled",
                     *         "threadReplyCount": 1,
                     *         "threadRootId": "01930000-0000-7000-8000-000000000000",
                     *         "timestamp": "2026-01-31T12:00:00.000Z",
                     *         "version": 1
                     *       },
                     *       "message": "Done.",
                     *       "success": true
                     *     }
                     */
                    "application/json": components["schemas"]["Reply_Message"];
                };
            };
            /** @description Made. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": {
                     *         "attachments": [
                     *           {}
                     *         ],
                     *         "chatId": "01930000-0000-7000-8000-000000000000",
                     *         "clientMessageId": "text",
                     *         "content": "text",
                     *         "conversationId": "01930000-0000-7000-8000-000000000000",
                     *         "createdAt": "2026-01-31T12:00:00.000Z",
                     *         "deletedAt": "2026-01-31T12:00:00.000Z",
                     *         "duplicate": false,
                     *         "editedAt": "2026-01-31T12:00:00.000Z",
                     *         "encryptedText": "text",
                     *         "encryption": {
                     *           "epoch": 1,
                     *           "iv": "text",
                     *           "keyId": "text",
                     *           "scheme": "aes-256-cbc",
                     *           "signature": "text"
                     *         },
                     *         "expiresAt": "2026-01-31T12:00:00.000Z",
                     *         "id": "01930000-0000-7000-8000-000000000000",
                     *         "mentions": [
                     *           "01930000-0000-7000-8000-000000000000"
                     *         ],
                     *         "messageType": "text",
                     *         "pinnedAt": "2026-01-31T12:00:00.000Z",
                     *         "reactions": [
                     *           {
                     *             "count": 1,
                     *             "emoji": "👍",
                     *             "userIds": [
                     *               "01930000-0000-7000-8000-000000000000"
                     *             ]
                     *           }
                     *         ],
                     *         "receiverId": "01930000-0000-7000-8000-000000000000",
                     *         "replyTo": "01930000-0000-7000-8000-000000000000",
                     *         "senderId": "01930000-0000-7000-8000-000000000000",
                     *         "seq": 1,
                     *         "status": "scheduled",
                     *         "threadReplyCount": 1,
                     *         "threadRootId": "01930000-0000-7000-8000-000000000000",
                     *         "timestamp": "2026-01-31T12:00:00.000Z",
                     *         "version": 1
                     *       },
                     *       "message": "Done.",
                     *       "success": true
                     *     }
                     */
                    "application/json": components["schemas"]["Reply_Message"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            409: components["responses"]["Error409"];
            413: components["responses"]["Error413"];
            415: components["responses"]["Error415"];
            422: components["responses"]["Error422"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            503: components["responses"]["Error503"];
        };
    };
    add_participant: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The conversation. */
                id: components["schemas"]["ConversationId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "username": "bob"
                 *     }
                 */
                "application/json": components["schemas"]["AddParticipant"];
            };
        };
        responses: {
            /** @description Made. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": {
                     *         "displayName": "text",
                     *         "lastDeliveredSeq": 1,
                     *         "lastReadSeq": 1,
                     *         "role": "subscriber",
                     *         "userId": "01930000-0000-7000-8000-000000000000",
                     *         "username": "text"
                     *       },
                     *       "message": "Done.",
                     *       "success": true
                     *     }
                     */
                    "application/json": components["schemas"]["Reply_Participant"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            409: components["responses"]["Error409"];
            413: components["responses"]["Error413"];
            415: components["responses"]["Error415"];
            422: components["responses"]["Error422"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            503: components["responses"]["Error503"];
        };
    };
    change_participant: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The conversation. */
                id: components["schemas"]["ConversationId"];
                /** @description The member. */
                userId: components["schemas"]["UserId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "role": "subscriber"
                 *     }
                 */
                "application/json": components["schemas"]["ChangeRole"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": {
                     *         "displayName": "text",
                     *         "lastDeliveredSeq": 1,
                     *         "lastReadSeq": 1,
                     *         "role": "subscriber",
                     *         "userId": "01930000-0000-7000-8000-000000000000",
                     *         "username": "text"
                     *       },
                     *       "message": "Done.",
                     *       "success": true
                     *     }
                     */
                    "application/json": components["schemas"]["Reply_Participant"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            409: components["responses"]["Error409"];
            413: components["responses"]["Error413"];
            415: components["responses"]["Error415"];
            422: components["responses"]["Error422"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            503: components["responses"]["Error503"];
        };
    };
    remove_participant: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The conversation. */
                id: components["schemas"]["ConversationId"];
                /** @description The member; oneself to leave. */
                userId: components["schemas"]["UserId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": {},
                     *       "message": "Done.",
                     *       "success": true
                     *     }
                     */
                    "application/json": components["schemas"]["Done"];
                };
            };
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            409: components["responses"]["Error409"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            503: components["responses"]["Error503"];
        };
    };
    mark_read: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The conversation. */
                id: components["schemas"]["ConversationId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "seq": 7
                 *     }
                 */
                "application/json": components["schemas"]["MarkUpTo"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": {
                     *         "conversationId": "01930000-0000-7000-8000-000000000000",
                     *         "seq": 1,
                     *         "unreadCount": 1
                     *       },
                     *       "message": "Done.",
                     *       "success": true
                     *     }
                     */
                    "application/json": components["schemas"]["Reply_ReadMarker"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            413: components["responses"]["Error413"];
            415: components["responses"]["Error415"];
            422: components["responses"]["Error422"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            503: components["responses"]["Error503"];
        };
    };
    list_receipts: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The conversation. */
                id: components["schemas"]["ConversationId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "deliveredSeq": 1,
                     *           "readSeq": 1,
                     *           "userId": "01930000-0000-7000-8000-000000000000"
                     *         }
                     *       ],
                     *       "message": "Done.",
                     *       "page": {
                     *         "hasMore": false,
                     *         "nextCursor": "text"
                     *       },
                     *       "success": true
                     *     }
                     */
                    "application/json": components["schemas"]["List_Receipt"];
                };
            };
            401: components["responses"]["Error401"];
            404: components["responses"]["Error404"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            503: components["responses"]["Error503"];
        };
    };
    list_messages: {
        parameters: {
            query?: {
                /**
                 * @description At most so many; 50 if absent.
                 * @example 50
                 */
                limit?: number;
                /** @description `page.nextCursor` of the page before. Not together with `offset`. */
                cursor?: string;
                /** @description Skip so many. */
                offset?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "attachments": [
                     *             {}
                     *           ],
                     *           "chatId": "01930000-0000-7000-8000-000000000000",
                     *           "clientMessageId": "text",
                     *           "content": "text",
                     *           "conversationId": "01930000-0000-7000-8000-000000000000",
                     *           "createdAt": "2026-01-31T12:00:00.000Z",
                     *           "deletedAt": "2026-01-31T12:00:00.000Z",
                     *           "duplicate": false,
                     *           "editedAt": "2026-01-31T12:00:00.000Z",
                     *           "encryptedText": "text",
                     *           "encryption": {
                     *             "epoch": 1,
                     *             "iv": "text",
                     *             "keyId": "text",
                     *             "scheme": "aes-256-cbc",
                     *             "signature": "text"
                     *           },
                     *           "expiresAt": "2026-01-31T12:00:00.000Z",
                     *           "id": "01930000-0000-7000-8000-000000000000",
                     *           "mentions": [
                     *             "01930000-0000-7000-8000-000000000000"
                     *           ],
                     *           "messageType": "text",
                     *           "pinnedAt": "2026-01-31T12:00:00.000Z",
                     *           "reactions": [
                     *             {
                     *               "count": 1,
                     *               "emoji": "👍",
                     *               "userIds": [
                     *                 "01930000-0000-7000-8000-000000000000"
                     *               ]
                     *             }
                     *           ],
                     *           "receiverId": "01930000-0000-7000-8000-000000000000",
                     *           "replyTo": "01930000-0000-7000-8000-000000000000",
                     *           "senderId": "01930000-0000-7000-8000-000000000000",
                     *           "seq": 1,
                     *           "status": "scheduled",
                     *           "threadReplyCount": 1,
                     *           "threadRootId": "01930000-0000-7000-8000-000000000000",
                     *           "timestamp": "2026-01-31T12:00:00.000Z",
                     *           "version": 1
                     *         }
                     *       ],
                     *       "message": "Done.",
                     *       "page": {
                     *         "hasMore": false,
                     *         "nextCursor": "text"
                     *       },
                     *       "success": true
                     *     }
                     */
                    "application/json": components["schemas"]["List_Message"];
                };
            };
            401: components["responses"]["Error401"];
            404: components["responses"]["Error404"];
            422: components["responses"]["Error422"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            503: components["responses"]["Error503"];
        };
    };
    send_message: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "content": "Hello",
                 *       "receiverUsername": "bob"
                 *     }
                 */
                "application/json": components["schemas"]["SendMessage"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": {
                     *         "attachments": [
                     *           {}
                     *         ],
                     *         "chatId": "01930000-0000-7000-8000-000000000000",
                     *         "clientMessageId": "text",
                     *         "content": "text",
                     *         "conversationId": "01930000-0000-7000-8000-000000000000",
                     *         "createdAt": "2026-01-31T12:00:00.000Z",
                     *         "deletedAt": "2026-01-31T12:00:00.000Z",
                     *         "duplicate": false,
                     *         "editedAt": "2026-01-31T12:00:00.000Z",
                     *         "encryptedText": "text",
                     *         "encryption": {
                     *           "epoch": 1,
                     *           "iv": "text",
                     *           "keyId": "text",
                     *           "scheme": "aes-256-cbc",
                     *           "signature": "text"
                     *         },
                     *         "expiresAt": "2026-01-31T12:00:00.000Z",
                     *         "id": "01930000-0000-7000-8000-000000000000",
                     *         "mentions": [
                     *           "01930000-0000-7000-8000-000000000000"
                     *         ],
                     *         "messageType": "text",
                     *         "pinnedAt": "2026-01-31T12:00:00.000Z",
                     *         "reactions": [
                     *           {
                     *             "count": 1,
                     *             "emoji": "👍",
                     *             "userIds": [
                     *               "01930000-0000-7000-8000-000000000000"
                     *             ]
                     *           }
                     *         ],
                     *         "receiverId": "01930000-0000-7000-8000-000000000000",
                     *         "replyTo": "01930000-0000-7000-8000-000000000000",
                     *         "senderId": "01930000-0000-7000-8000-000000000000",
                     *         "seq": 1,
                     *         "status": "scheduled",
                     *         "threadReplyCount": 1,
                     *         "threadRootId": "01930000-0000-7000-8000-000000000000",
                     *         "timestamp": "2026-01-31T12:00:00.000Z",
                     *         "version": 1
                     *       },
                     *       "message": "Done.",
                     *       "success": true
                     *     }
                     */
                    "application/json": components["schemas"]["Reply_Message"];
                };
            };
            /** @description Made. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": {
                     *         "attachments": [
                     *           {}
                     *         ],
                     *         "chatId": "01930000-0000-7000-8000-000000000000",
                     *         "clientMessageId": "text",
                     *         "content": "text",
                     *         "conversationId": "01930000-0000-7000-8000-000000000000",
                     *         "createdAt": "2026-01-31T12:00:00.000Z",
                     *         "deletedAt": "2026-01-31T12:00:00.000Z",
                     *         "duplicate": false,
                     *         "editedAt": "2026-01-31T12:00:00.000Z",
                     *         "encryptedText": "text",
                     *         "encryption": {
                     *           "epoch": 1,
                     *           "iv": "text",
                     *           "keyId": "text",
                     *           "scheme": "aes-256-cbc",
                     *           "signature": "text"
                     *         },
                     *         "expiresAt": "2026-01-31T12:00:00.000Z",
                     *         "id": "01930000-0000-7000-8000-000000000000",
                     *         "mentions": [
                     *           "01930000-0000-7000-8000-000000000000"
                     *         ],
                     *         "messageType": "text",
                     *         "pinnedAt": "2026-01-31T12:00:00.000Z",
                     *         "reactions": [
                     *           {
                     *             "count": 1,
                     *             "emoji": "👍",
                     *             "userIds": [
                     *               "01930000-0000-7000-8000-000000000000"
                     *             ]
                     *           }
                     *         ],
                     *         "receiverId": "01930000-0000-7000-8000-000000000000",
                     *         "replyTo": "01930000-0000-7000-8000-000000000000",
                     *         "senderId": "01930000-0000-7000-8000-000000000000",
                     *         "seq": 1,
                     *         "status": "scheduled",
                     *         "threadReplyCount": 1,
                     *         "threadRootId": "01930000-0000-7000-8000-000000000000",
                     *         "timestamp": "2026-01-31T12:00:00.000Z",
                     *         "version": 1
                     *       },
                     *       "message": "Done.",
                     *       "success": true
                     *     }
                     */
                    "application/json": components["schemas"]["Reply_Message"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            409: components["responses"]["Error409"];
            413: components["responses"]["Error413"];
            415: components["responses"]["Error415"];
            422: components["responses"]["Error422"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            503: components["responses"]["Error503"];
        };
    };
    get_message: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The message. */
                id: components["schemas"]["MessageId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": {
                     *         "attachments": [
                     *           {}
                     *         ],
                     *         "chatId": "01930000-0000-7000-8000-000000000000",
                     *         "clientMessageId": "text",
                     *         "content": "text",
                     *         "conversationId": "01930000-0000-7000-8000-000000000000",
                     *         "createdAt": "2026-01-31T12:00:00.000Z",
                     *         "deletedAt": "2026-01-31T12:00:00.000Z",
                     *         "duplicate": false,
                     *         "editedAt": "2026-01-31T12:00:00.000Z",
                     *         "encryptedText": "text",
                     *         "encryption": {
                     *           "epoch": 1,
                     *           "iv": "text",
                     *           "keyId": "text",
                     *           "scheme": "aes-256-cbc",
                     *           "signature": "text"
                     *         },
                     *         "expiresAt": "2026-01-31T12:00:00.000Z",
                     *         "id": "01930000-0000-7000-8000-000000000000",
                     *         "mentions": [
                     *           "01930000-0000-7000-8000-000000000000"
                     *         ],
                     *         "messageType": "text",
                     *         "pinnedAt": "2026-01-31T12:00:00.000Z",
                     *         "reactions": [
                     *           {
                     *             "count": 1,
                     *             "emoji": "👍",
                     *             "userIds": [
                     *               "01930000-0000-7000-8000-000000000000"
                     *             ]
                     *           }
                     *         ],
                     *         "receiverId": "01930000-0000-7000-8000-000000000000",
                     *         "replyTo": "01930000-0000-7000-8000-000000000000",
                     *         "senderId": "01930000-0000-7000-8000-000000000000",
                     *         "seq": 1,
                     *         "status": "scheduled",
                     *         "threadReplyCount": 1,
                     *         "threadRootId": "01930000-0000-7000-8000-000000000000",
                     *         "timestamp": "2026-01-31T12:00:00.000Z",
                     *         "version": 1
                     *       },
                     *       "message": "Done.",
                     *       "success": true
                     *     }
                     */
                    "application/json": components["schemas"]["Reply_Message"];
                };
            };
            401: components["responses"]["Error401"];
            404: components["responses"]["Error404"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            503: components["responses"]["Error503"];
        };
    };
    edit_message: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The message. */
                id: components["schemas"]["MessageId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "content": "text"
                 *     }
                 */
                "application/json": components["schemas"]["EditContent"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": {
                     *         "attachments": [
                     *           {}
                     *         ],
                     *         "chatId": "01930000-0000-7000-8000-000000000000",
                     *         "clientMessageId": "text",
                     *         "content": "text",
                     *         "conversationId": "01930000-0000-7000-8000-000000000000",
                     *         "createdAt": "2026-01-31T12:00:00.000Z",
                     *         "deletedAt": "2026-01-31T12:00:00.000Z",
                     *         "duplicate": false,
                     *         "editedAt": "2026-01-31T12:00:00.000Z",
                     *         "encryptedText": "text",
                     *         "encryption": {
                     *           "epoch": 1,
                     *           "iv": "text",
                     *           "keyId": "text",
                     *           "scheme": "aes-256-cbc",
                     *           "signature": "text"
                     *         },
                     *         "expiresAt": "2026-01-31T12:00:00.000Z",
                     *         "id": "01930000-0000-7000-8000-000000000000",
                     *         "mentions": [
                     *           "01930000-0000-7000-8000-000000000000"
                     *         ],
                     *         "messageType": "text",
                     *         "pinnedAt": "2026-01-31T12:00:00.000Z",
                     *         "reactions": [
                     *           {
                     *             "count": 1,
                     *             "emoji": "👍",
                     *             "userIds": [
                     *               "01930000-0000-7000-8000-000000000000"
                     *             ]
                     *           }
                     *         ],
                     *         "receiverId": "01930000-0000-7000-8000-000000000000",
                     *         "replyTo": "01930000-0000-7000-8000-000000000000",
                     *         "senderId": "01930000-0000-7000-8000-000000000000",
                     *         "seq": 1,
                     *         "status": "scheduled",
                     *         "threadReplyCount": 1,
                     *         "threadRootId": "01930000-0000-7000-8000-000000000000",
                     *         "timestamp": "2026-01-31T12:00:00.000Z",
                     *         "version": 1
                     *       },
                     *       "message": "Done.",
                     *       "success": true
                     *     }
                     */
                    "application/json": components["schemas"]["Reply_Message"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            409: components["responses"]["Error409"];
            410: components["responses"]["Error410"];
            413: components["responses"]["Error413"];
            415: components["responses"]["Error415"];
            422: components["responses"]["Error422"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            503: components["responses"]["Error503"];
        };
    };
    delete_message: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The message. */
                id: components["schemas"]["MessageId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": {},
                     *       "message": "Done.",
                     *       "success": true
                     *     }
                     */
                    "application/json": components["schemas"]["Done"];
                };
            };
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            503: components["responses"]["Error503"];
        };
    };
    get_history: {
        parameters: {
            query?: {
                /**
                 * @description At most so many; 50 if absent.
                 * @example 50
                 */
                limit?: number;
                /** @description `page.nextCursor` of the page before. Not together with `offset`. */
                cursor?: string;
                /** @description Skip so many. */
                offset?: number;
            };
            header?: never;
            path: {
                /** @description The message. */
                id: components["schemas"]["MessageId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "content": "text",
                     *           "replacedAt": "2026-01-31T12:00:00.000Z"
                     *         }
                     *       ],
                     *       "message": "Done.",
                     *       "page": {
                     *         "hasMore": false,
                     *         "nextCursor": "text"
                     *       },
                     *       "success": true
                     *     }
                     */
                    "application/json": components["schemas"]["List_Edit"];
                };
            };
            401: components["responses"]["Error401"];
            404: components["responses"]["Error404"];
            422: components["responses"]["Error422"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            503: components["responses"]["Error503"];
        };
    };
    add_reaction: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The message. */
                id: components["schemas"]["MessageId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "emoji": "👍"
                 *     }
                 */
                "application/json": components["schemas"]["AddReaction"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": {
                     *         "attachments": [
                     *           {}
                     *         ],
                     *         "chatId": "01930000-0000-7000-8000-000000000000",
                     *         "clientMessageId": "text",
                     *         "content": "text",
                     *         "conversationId": "01930000-0000-7000-8000-000000000000",
                     *         "createdAt": "2026-01-31T12:00:00.000Z",
                     *         "deletedAt": "2026-01-31T12:00:00.000Z",
                     *         "duplicate": false,
                     *         "editedAt": "2026-01-31T12:00:00.000Z",
                     *         "encryptedText": "text",
                     *         "encryption": {
                     *           "epoch": 1,
                     *           "iv": "text",
                     *           "keyId": "text",
                     *           "scheme": "aes-256-cbc",
                     *           "signature": "text"
                     *         },
                     *         "expiresAt": "2026-01-31T12:00:00.000Z",
                     *         "id": "01930000-0000-7000-8000-000000000000",
                     *         "mentions": [
                     *           "01930000-0000-7000-8000-000000000000"
                     *         ],
                     *         "messageType": "text",
                     *         "pinnedAt": "2026-01-31T12:00:00.000Z",
                     *         "reactions": [
                     *           {
                     *             "count": 1,
                     *             "emoji": "👍",
                     *             "userIds": [
                     *               "01930000-0000-7000-8000-000000000000"
                     *             ]
                     *           }
                     *         ],
                     *         "receiverId": "01930000-0000-7000-8000-000000000000",
                     *         "replyTo": "01930000-0000-7000-8000-000000000000",
                     *         "senderId": "01930000-0000-7000-8000-000000000000",
                     *         "seq": 1,
                     *         "status": "scheduled",
                     *         "threadReplyCount": 1,
                     *         "threadRootId": "01930000-0000-7000-8000-000000000000",
                     *         "timestamp": "2026-01-31T12:00:00.000Z",
                     *         "version": 1
                     *       },
                     *       "message": "Done.",
                     *       "success": true
                     *     }
                     */
                    "application/json": components["schemas"]["Reply_Message"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            409: components["responses"]["Error409"];
            410: components["responses"]["Error410"];
            413: components["responses"]["Error413"];
            415: components["responses"]["Error415"];
            422: components["responses"]["Error422"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            503: components["responses"]["Error503"];
        };
    };
    remove_reaction: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The message. */
                id: components["schemas"]["MessageId"];
                /**
                 * @description The emoji.
                 * @example 👍
                 */
                emoji: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": {
                     *         "attachments": [
                     *           {}
                     *         ],
                     *         "chatId": "01930000-0000-7000-8000-000000000000",
                     *         "clientMessageId": "text",
                     *         "content": "text",
                     *         "conversationId": "01930000-0000-7000-8000-000000000000",
                     *         "createdAt": "2026-01-31T12:00:00.000Z",
                     *         "deletedAt": "2026-01-31T12:00:00.000Z",
                     *         "duplicate": false,
                     *         "editedAt": "2026-01-31T12:00:00.000Z",
                     *         "encryptedText": "text",
                     *         "encryption": {
                     *           "epoch": 1,
                     *           "iv": "text",
                     *           "keyId": "text",
                     *           "scheme": "aes-256-cbc",
                     *           "signature": "text"
                     *         },
                     *         "expiresAt": "2026-01-31T12:00:00.000Z",
                     *         "id": "01930000-0000-7000-8000-000000000000",
                     *         "mentions": [
                     *           "01930000-0000-7000-8000-000000000000"
                     *         ],
                     *         "messageType": "text",
                     *         "pinnedAt": "2026-01-31T12:00:00.000Z",
                     *         "reactions": [
                     *           {
                     *             "count": 1,
                     *             "emoji": "👍",
                     *             "userIds": [
                     *               "01930000-0000-7000-8000-000000000000"
                     *             ]
                     *           }
                     *         ],
                     *         "receiverId": "01930000-0000-7000-8000-000000000000",
                     *         "replyTo": "01930000-0000-7000-8000-000000000000",
                     *         "senderId": "01930000-0000-7000-8000-000000000000",
                     *         "seq": 1,
                     *         "status": "scheduled",
                     *         "threadReplyCount": 1,
                     *         "threadRootId": "01930000-0000-7000-8000-000000000000",
                     *         "timestamp": "2026-01-31T12:00:00.000Z",
                     *         "version": 1
                     *       },
                     *       "message": "Done.",
                     *       "success": true
                     *     }
                     */
                    "application/json": components["schemas"]["Reply_Message"];
                };
            };
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            410: components["responses"]["Error410"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            503: components["responses"]["Error503"];
        };
    };
    set_status: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The message. */
                id: components["schemas"]["MessageId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "status": "delivered"
                 *     }
                 */
                "application/json": components["schemas"]["SetStatus"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": {
                     *         "attachments": [
                     *           {}
                     *         ],
                     *         "chatId": "01930000-0000-7000-8000-000000000000",
                     *         "clientMessageId": "text",
                     *         "content": "text",
                     *         "conversationId": "01930000-0000-7000-8000-000000000000",
                     *         "createdAt": "2026-01-31T12:00:00.000Z",
                     *         "deletedAt": "2026-01-31T12:00:00.000Z",
                     *         "duplicate": false,
                     *         "editedAt": "2026-01-31T12:00:00.000Z",
                     *         "encryptedText": "text",
                     *         "encryption": {
                     *           "epoch": 1,
                     *           "iv": "text",
                     *           "keyId": "text",
                     *           "scheme": "aes-256-cbc",
                     *           "signature": "text"
                     *         },
                     *         "expiresAt": "2026-01-31T12:00:00.000Z",
                     *         "id": "01930000-0000-7000-8000-000000000000",
                     *         "mentions": [
                     *           "01930000-0000-7000-8000-000000000000"
                     *         ],
                     *         "messageType": "text",
                     *         "pinnedAt": "2026-01-31T12:00:00.000Z",
                     *         "reactions": [
                     *           {
                     *             "count": 1,
                     *             "emoji": "👍",
                     *             "userIds": [
                     *               "01930000-0000-7000-8000-000000000000"
                     *             ]
                     *           }
                     *         ],
                     *         "receiverId": "01930000-0000-7000-8000-000000000000",
                     *         "replyTo": "01930000-0000-7000-8000-000000000000",
                     *         "senderId": "01930000-0000-7000-8000-000000000000",
                     *         "seq": 1,
                     *         "status": "scheduled",
                     *         "threadReplyCount": 1,
                     *         "threadRootId": "01930000-0000-7000-8000-000000000000",
                     *         "timestamp": "2026-01-31T12:00:00.000Z",
                     *         "version": 1
                     *       },
                     *       "message": "Done.",
                     *       "success": true
                     *     }
                     */
                    "application/json": components["schemas"]["Reply_Message"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            413: components["responses"]["Error413"];
            415: components["responses"]["Error415"];
            422: components["responses"]["Error422"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            503: components["responses"]["Error503"];
        };
    };
    get_server: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": {
                     *         "features": [
                     *           "groups",
                     *           "reactions",
                     *           "receipts",
                     *           "sync",
                     *           "typing"
                     *         ],
                     *         "limits": {
                     *           "contentCharacters": 16384,
                     *           "encryptedBytes": 262144,
                     *           "passwordCharacters": 8,
                     *           "payloadBytes": 1048576
                     *         },
                     *         "name": "Kith",
                     *         "providers": [],
                     *         "registration": "open",
                     *         "time": "2026-01-31T12:00:00.000Z",
                     *         "version": "0.1.0"
                     *       },
                     *       "message": "Done.",
                     *       "success": true
                     *     }
                     */
                    "application/json": components["schemas"]["Reply_ServerInfo"];
                };
            };
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            503: components["responses"]["Error503"];
        };
    };
    get_socket_stats: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": {
                     *         "connections": 3,
                     *         "transports": {
                     *           "polling": 1,
                     *           "raw": 1,
                     *           "websocket": 1
                     *         },
                     *         "usersOnline": 2
                     *       },
                     *       "message": "Done.",
                     *       "success": true
                     *     }
                     */
                    "application/json": components["schemas"]["Reply_SocketFigures"];
                };
            };
            401: components["responses"]["Error401"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            503: components["responses"]["Error503"];
        };
    };
    catch_up: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": {
                     *         "changes": [
                     *           {
                     *             "conversationId": "01930000-0000-7000-8000-000000000000",
                     *             "data": {},
                     *             "type": "new_message",
                     *             "version": 1
                     *           }
                     *         ],
                     *         "cursor": "text",
                     *         "hasMore": false
                     *       },
                     *       "message": "Done.",
                     *       "success": true
                     *     }
                     */
                    "application/json": components["schemas"]["Reply_SyncPage"];
                };
            };
            401: components["responses"]["Error401"];
            410: components["responses"]["Error410"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            503: components["responses"]["Error503"];
        };
    };
    search_users: {
        parameters: {
            query?: {
                /**
                 * @description At most so many; 50 if absent.
                 * @example 50
                 */
                limit?: number;
                /** @description `page.nextCursor` of the page before. Not together with `offset`. */
                cursor?: string;
                /** @description Skip so many. */
                offset?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "avatarUrl": "text",
                     *           "bio": "text",
                     *           "createdAt": "2026-01-31T12:00:00.000Z",
                     *           "displayName": "Ada Lovelace",
                     *           "email": "text",
                     *           "id": "01930000-0000-7000-8000-000000000000",
                     *           "isOnline": false,
                     *           "lastSeen": "2026-01-31T12:00:00.000Z",
                     *           "publicKey": "text",
                     *           "role": "user",
                     *           "status": "online",
                     *           "updatedAt": "2026-01-31T12:00:00.000Z",
                     *           "username": "ada"
                     *         }
                     *       ],
                     *       "message": "Done.",
                     *       "page": {
                     *         "hasMore": false,
                     *         "nextCursor": "text"
                     *       },
                     *       "success": true
                     *     }
                     */
                    "application/json": components["schemas"]["List_User"];
                };
            };
            401: components["responses"]["Error401"];
            422: components["responses"]["Error422"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            503: components["responses"]["Error503"];
        };
    };
    register_device: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "deviceId": "laptop-1"
                 *     }
                 */
                "application/json": components["schemas"]["RegisterDevice"];
            };
        };
        responses: {
            /** @description Made. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": {
                     *         "deviceId": "text",
                     *         "deviceName": "text",
                     *         "platform": "text",
                     *         "updatedAt": "2026-01-31T12:00:00.000Z"
                     *       },
                     *       "message": "Done.",
                     *       "success": true
                     *     }
                     */
                    "application/json": components["schemas"]["Reply_Device"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            409: components["responses"]["Error409"];
            413: components["responses"]["Error413"];
            415: components["responses"]["Error415"];
            422: components["responses"]["Error422"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            503: components["responses"]["Error503"];
        };
    };
    update_presence: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "status": "online"
                 *     }
                 */
                "application/json": components["schemas"]["UpdatePresence"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": {
                     *         "isOnline": false,
                     *         "lastSeen": "2026-01-31T12:00:00.000Z",
                     *         "status": "online",
                     *         "userId": "01930000-0000-7000-8000-000000000000"
                     *       },
                     *       "message": "Done.",
                     *       "success": true
                     *     }
                     */
                    "application/json": components["schemas"]["Reply_PresenceChanged"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            413: components["responses"]["Error413"];
            415: components["responses"]["Error415"];
            422: components["responses"]["Error422"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            503: components["responses"]["Error503"];
        };
    };
    publish_key: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "algorithm": "RSA-OAEP-4096",
                 *       "publicKey": "MIICIjANBgkqhkiG9w0BAQEFAAOCAg8A"
                 *     }
                 */
                "application/json": components["schemas"]["PublishKey"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": {
                     *         "algorithm": "text",
                     *         "fingerprint": "text",
                     *         "publicKey": "text",
                     *         "updatedAt": "2026-01-31T12:00:00.000Z"
                     *       },
                     *       "message": "Done.",
                     *       "success": true
                     *     }
                     */
                    "application/json": components["schemas"]["Reply_PublicKey"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            413: components["responses"]["Error413"];
            415: components["responses"]["Error415"];
            422: components["responses"]["Error422"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            503: components["responses"]["Error503"];
        };
    };
    list_online_users: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "avatarUrl": "text",
                     *           "bio": "text",
                     *           "createdAt": "2026-01-31T12:00:00.000Z",
                     *           "displayName": "Ada Lovelace",
                     *           "email": "text",
                     *           "id": "01930000-0000-7000-8000-000000000000",
                     *           "isOnline": false,
                     *           "lastSeen": "2026-01-31T12:00:00.000Z",
                     *           "publicKey": "text",
                     *           "role": "user",
                     *           "status": "online",
                     *           "updatedAt": "2026-01-31T12:00:00.000Z",
                     *           "username": "ada"
                     *         }
                     *       ],
                     *       "message": "Done.",
                     *       "page": {
                     *         "hasMore": false,
                     *         "nextCursor": "text"
                     *       },
                     *       "success": true
                     *     }
                     */
                    "application/json": components["schemas"]["List_User"];
                };
            };
            401: components["responses"]["Error401"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            503: components["responses"]["Error503"];
        };
    };
    get_stats: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": {
                     *         "conversations": 1,
                     *         "devices": 1,
                     *         "messagesSent": 1,
                     *         "server": {
                     *           "conversations": 1,
                     *           "messages": 1,
                     *           "online": 1,
                     *           "users": 1
                     *         }
                     *       },
                     *       "message": "Done.",
                     *       "success": true
                     *     }
                     */
                    "application/json": components["schemas"]["Reply_Stats"];
                };
            };
            401: components["responses"]["Error401"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            503: components["responses"]["Error503"];
        };
    };
    get_user: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Identifier or username.
                 * @example ada
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": {
                     *         "avatarUrl": "text",
                     *         "bio": "text",
                     *         "createdAt": "2026-01-31T12:00:00.000Z",
                     *         "displayName": "Ada Lovelace",
                     *         "email": "text",
                     *         "id": "01930000-0000-7000-8000-000000000000",
                     *         "isOnline": false,
                     *         "lastSeen": "2026-01-31T12:00:00.000Z",
                     *         "publicKey": "text",
                     *         "role": "user",
                     *         "status": "online",
                     *         "updatedAt": "2026-01-31T12:00:00.000Z",
                     *         "username": "ada"
                     *       },
                     *       "message": "Done.",
                     *       "success": true
                     *     }
                     */
                    "application/json": components["schemas"]["Reply_User"];
                };
            };
            /** @description Nothing changed. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["Error401"];
            404: components["responses"]["Error404"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            503: components["responses"]["Error503"];
        };
    };
    update_user: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The account. */
                id: components["schemas"]["UserId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "displayName": "Ada Lovelace"
                 *     }
                 */
                "application/json": components["schemas"]["UpdateProfile"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": {
                     *         "avatarUrl": "text",
                     *         "bio": "text",
                     *         "createdAt": "2026-01-31T12:00:00.000Z",
                     *         "displayName": "Ada Lovelace",
                     *         "email": "text",
                     *         "id": "01930000-0000-7000-8000-000000000000",
                     *         "isOnline": false,
                     *         "lastSeen": "2026-01-31T12:00:00.000Z",
                     *         "publicKey": "text",
                     *         "role": "user",
                     *         "status": "online",
                     *         "updatedAt": "2026-01-31T12:00:00.000Z",
                     *         "username": "ada"
                     *       },
                     *       "message": "Done.",
                     *       "success": true
                     *     }
                     */
                    "application/json": components["schemas"]["Reply_User"];
                };
            };
            400: components["responses"]["Error400"];
            401: components["responses"]["Error401"];
            403: components["responses"]["Error403"];
            404: components["responses"]["Error404"];
            409: components["responses"]["Error409"];
            413: components["responses"]["Error413"];
            415: components["responses"]["Error415"];
            422: components["responses"]["Error422"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            503: components["responses"]["Error503"];
        };
    };
    get_public_key: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Identifier or username.
                 * @example ada
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": {
                     *         "algorithm": "text",
                     *         "fingerprint": "text",
                     *         "publicKey": "text",
                     *         "updatedAt": "2026-01-31T12:00:00.000Z"
                     *       },
                     *       "message": "Done.",
                     *       "success": true
                     *     }
                     */
                    "application/json": components["schemas"]["Reply_PublicKey"];
                };
            };
            /** @description Nothing changed. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["Error401"];
            404: components["responses"]["Error404"];
            429: components["responses"]["Error429"];
            500: components["responses"]["Error500"];
            503: components["responses"]["Error503"];
        };
    };
    get_health: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": {
                     *         "dependencies": [
                     *           {
                     *             "latencyMs": 1,
                     *             "name": "database",
                     *             "status": "ok"
                     *           }
                     *         ],
                     *         "status": "ok",
                     *         "uptime": 86400,
                     *         "version": "0.1.0"
                     *       },
                     *       "message": "Done.",
                     *       "success": true
                     *     }
                     */
                    "application/json": components["schemas"]["Reply_Health"];
                };
            };
            500: components["responses"]["Error500"];
            503: components["responses"]["Error503"];
        };
    };
    get_auth_health: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": {
                     *         "dependencies": [
                     *           {
                     *             "latencyMs": 1,
                     *             "name": "database",
                     *             "status": "ok"
                     *           }
                     *         ],
                     *         "status": "ok",
                     *         "uptime": 86400,
                     *         "version": "0.1.0"
                     *       },
                     *       "message": "Done.",
                     *       "success": true
                     *     }
                     */
                    "application/json": components["schemas"]["Reply_Health"];
                };
            };
            500: components["responses"]["Error500"];
            503: components["responses"]["Error503"];
        };
    };
    get_liveness: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": {
                     *         "dependencies": [
                     *           {
                     *             "latencyMs": 1,
                     *             "name": "database",
                     *             "status": "ok"
                     *           }
                     *         ],
                     *         "status": "ok",
                     *         "uptime": 86400,
                     *         "version": "0.1.0"
                     *       },
                     *       "message": "Done.",
                     *       "success": true
                     *     }
                     */
                    "application/json": components["schemas"]["Reply_Health"];
                };
            };
            500: components["responses"]["Error500"];
        };
    };
    get_messaging_health: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": {
                     *         "dependencies": [
                     *           {
                     *             "latencyMs": 1,
                     *             "name": "database",
                     *             "status": "ok"
                     *           }
                     *         ],
                     *         "status": "ok",
                     *         "uptime": 86400,
                     *         "version": "0.1.0"
                     *       },
                     *       "message": "Done.",
                     *       "success": true
                     *     }
                     */
                    "application/json": components["schemas"]["Reply_Health"];
                };
            };
            500: components["responses"]["Error500"];
            503: components["responses"]["Error503"];
        };
    };
    get_readiness: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": {
                     *         "dependencies": [
                     *           {
                     *             "latencyMs": 1,
                     *             "name": "database",
                     *             "status": "ok"
                     *           }
                     *         ],
                     *         "status": "ok",
                     *         "uptime": 86400,
                     *         "version": "0.1.0"
                     *       },
                     *       "message": "Done.",
                     *       "success": true
                     *     }
                     */
                    "application/json": components["schemas"]["Reply_Health"];
                };
            };
            500: components["responses"]["Error500"];
            503: components["responses"]["Error503"];
        };
    };
    get_realtime_health: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": {
                     *         "dependencies": [
                     *           {
                     *             "latencyMs": 1,
                     *             "name": "database",
                     *             "status": "ok"
                     *           }
                     *         ],
                     *         "status": "ok",
                     *         "uptime": 86400,
                     *         "version": "0.1.0"
                     *       },
                     *       "message": "Done.",
                     *       "success": true
                     *     }
                     */
                    "application/json": components["schemas"]["Reply_Health"];
                };
            };
            500: components["responses"]["Error500"];
            503: components["responses"]["Error503"];
        };
    };
    get_users_health: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": {
                     *         "dependencies": [
                     *           {
                     *             "latencyMs": 1,
                     *             "name": "database",
                     *             "status": "ok"
                     *           }
                     *         ],
                     *         "status": "ok",
                     *         "uptime": 86400,
                     *         "version": "0.1.0"
                     *       },
                     *       "message": "Done.",
                     *       "success": true
                     *     }
                     */
                    "application/json": components["schemas"]["Reply_Health"];
                };
            };
            500: components["responses"]["Error500"];
            503: components["responses"]["Error503"];
        };
    };
    get_metrics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /** @example kith_users_online 2 */
                    "text/plain": string;
                };
            };
            404: components["responses"]["Error404"];
            500: components["responses"]["Error500"];
        };
    };
}
