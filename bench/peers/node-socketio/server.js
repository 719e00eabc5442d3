// A chat server as people write it with Express and Socket.IO. With DATABASE_URL: a JSON web token in the handshake, a
// room for each conversation, and one INSERT before each acknowledgement. Without: a relay, in which the handshake
// names somebody and their rooms, and the acknowledgement follows the broadcast. It speaks the part of Kith's contract
// that the load tool uses, so that both are driven by the same code. Passwords are not hashed: signing up is not
// measured.

import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'

import express from 'express'
import jsonwebtoken from 'jsonwebtoken'
import pg from 'pg'
import { Server } from 'socket.io'

const SECRET = 'a secret of the measurement alone, 32 bytes'

const app = express()
app.use(express.json({ limit: '1mb' }))
const server = createServer(app)
const io = new Server(server, { pingInterval: 25_000, pingTimeout: 60_000, serveClient: false })

const ok = data => ({ success: true, data })

app.get('/health/ready', (_request, response) => response.json(ok({})))

// Who is at the other end, the rooms they are in, and how a message becomes durable.
const { authenticate, roomsOf, store } = process.env.DATABASE_URL ? await withDatabase() : relayOnly()

io.use((socket, next) => {
  try {
    socket.data.userId = authenticate(socket.handshake.auth.token)
    next()
  } catch {
    next(new Error('unauthenticated'))
  }
})

io.on('connection', async socket => {
  const { userId } = socket.data
  socket.on('send_message', async (body, acknowledge) => {
    try {
      if (!socket.rooms.has(body.conversationId)) throw new Error('not found')
      const message = {
        id: randomUUID(), conversationId: body.conversationId, senderId: userId,
        clientMessageId: body.clientMessageId, content: body.content,
      }
      message.createdAt = await store(message)
      socket.to(message.conversationId).emit('new_message', message)
      acknowledge(ok(message))
    } catch (error) {
      acknowledge({ success: false, error: error.message, code: 'internal' })
    }
  })
  await socket.join(await roomsOf(socket))
  socket.emit('connection:established', { userId })
})

function relayOnly() {
  return {
    authenticate: name => name,
    roomsOf: socket => socket.handshake.auth.rooms,
    store: () => new Date(),
  }
}

async function withDatabase() {
  const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, min: 2, max: 10 })
  await pool.query(`
    CREATE TABLE IF NOT EXISTS users (id uuid PRIMARY KEY, username text UNIQUE NOT NULL);
    CREATE TABLE IF NOT EXISTS members (
      user_id uuid NOT NULL, conversation_id uuid NOT NULL, PRIMARY KEY (user_id, conversation_id));
    CREATE TABLE IF NOT EXISTS messages (
      id uuid PRIMARY KEY, conversation_id uuid NOT NULL, sender_id uuid NOT NULL, client_message_id text,
      content text NOT NULL, created_at timestamptz NOT NULL DEFAULT now(), UNIQUE (sender_id, client_message_id));
    CREATE INDEX IF NOT EXISTS messages_by_conversation ON messages (conversation_id, created_at);
  `)
  const authenticate = token => jsonwebtoken.verify(token, SECRET, { algorithms: ['HS256'] }).sub

  app.post('/api/auth/register', async (request, response) => {
    const user = { id: randomUUID(), username: request.body.username }
    await pool.query('INSERT INTO users (id, username) VALUES ($1, $2)', [user.id, user.username])
    const accessToken = jsonwebtoken.sign({}, SECRET, { subject: user.id, expiresIn: '1d' })
    response.status(201).json(ok({ accessToken, user }))
  })

  app.post('/api/conversations', async (request, response) => {
    const id = randomUUID()
    const self = authenticate(request.headers.authorization?.replace('Bearer ', ''))
    const users = [...new Set([self, ...request.body.participantIds])]
    await pool.query(
      'INSERT INTO members (user_id, conversation_id) SELECT unnest($1::uuid[]), $2', [users, id])
    response.status(201).json(ok({ id }))
  })

  return {
    authenticate,
    roomsOf: async socket => {
      const { rows } = await pool.query(
        'SELECT conversation_id FROM members WHERE user_id = $1', [socket.data.userId])
      return rows.map(row => row.conversation_id)
    },
    store: async message => {
      const { rows } = await pool.query({
        name: 'insert',
        text: 'INSERT INTO messages (id, conversation_id, sender_id, client_message_id, content) ' +
          'VALUES ($1, $2, $3, $4, $5) RETURNING created_at',
        values: [message.id, message.conversationId, message.senderId, message.clientMessageId, message.content],
      })
      return rows[0].created_at
    },
  }
}

server.listen(Number(process.env.PORT), '127.0.0.1')
process.on('SIGTERM', () => process.exit(0))
