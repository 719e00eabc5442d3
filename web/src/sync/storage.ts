/** What must outlive the page in IndexedDB: messages that have not been acknowledged yet. */
import { type DBSchema, type IDBPDatabase, openDB } from 'idb'

/** A message on its way to the server. */
export interface OutgoingMessage {
  clientMessageId: string
  conversationId: string
  content: string
  replyTo?: string
  /** The ids of those whom the text mentions. */
  mentions?: string[]
  /** RFC 3339; shown until the server gives its own time. */
  createdAt: string
  /** Set when the server refused it: it waits for the person to retry or delete it. */
  failure?: string
}

interface Schema extends DBSchema {
  outbox: { key: number; value: OutgoingMessage; indexes: { clientMessageId: string } }
}

/** The queue of one account, oldest first. Rows keep the order in which they were put. */
export class OutboxStorage {
  readonly #db: Promise<IDBPDatabase<Schema>>

  constructor(userId: string) {
    this.#db = openDB<Schema>(`kith-${userId}`, 1, {
      upgrade(db) {
        db.createObjectStore('outbox', { autoIncrement: true }).createIndex('clientMessageId', 'clientMessageId', {
          unique: true,
        })
      },
    })
  }

  async all(): Promise<OutgoingMessage[]> {
    return (await this.#db).getAll('outbox')
  }

  /** Appends, or with a known `clientMessageId` replaces in place. */
  async put(message: OutgoingMessage): Promise<void> {
    const transaction = (await this.#db).transaction('outbox', 'readwrite')
    const key = await transaction.store.index('clientMessageId').getKey(message.clientMessageId)
    await transaction.store.put(message, key)
    await transaction.done
  }

  /** Puts a refused message at the end, no longer refused; answers whether there was one. */
  async requeue(clientMessageId: string): Promise<boolean> {
    const transaction = (await this.#db).transaction('outbox', 'readwrite')
    const key = await transaction.store.index('clientMessageId').getKey(clientMessageId)
    const message = key === undefined ? undefined : await transaction.store.get(key)
    const refused = message?.failure !== undefined
    if (message && key !== undefined && refused) {
      const { failure: _, ...again } = message
      await transaction.store.delete(key)
      await transaction.store.put(again)
    }
    await transaction.done
    return refused
  }

  async remove(clientMessageId: string): Promise<void> {
    const transaction = (await this.#db).transaction('outbox', 'readwrite')
    const key = await transaction.store.index('clientMessageId').getKey(clientMessageId)
    if (key !== undefined) await transaction.store.delete(key)
    await transaction.done
  }

  async close(): Promise<void> {
    const db = await this.#db
    db.close()
  }

  async clear(): Promise<void> {
    await (await this.#db).clear('outbox')
  }
}
