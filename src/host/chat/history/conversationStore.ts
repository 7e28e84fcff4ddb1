import fs from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';
import { errorMessage } from '../../../common/errors';
import type { Log } from '../../log';
import { fromStored, storedConversationSchema, toStored, type Conversation } from './conversation';

const extension = '.json';

/** Keeps conversations as files, one each. A file is written whole or not at all, and a damaged one is set aside. */
export class ConversationStore {
  /** Writes follow each other, so that the newest state is the last one. */
  #writes: Promise<unknown> = Promise.resolve();

  /** @param folder absolute; it is made with the first write */
  constructor(
    private readonly folder: string,
    private readonly log: Log,
  ) {}

  /** All conversations, the one that was changed last first. */
  async list(): Promise<readonly Conversation[]> {
    await this.#writes;
    const conversations: Conversation[] = [];
    for (const id of await this.#ids()) {
      const conversation = await this.#read(id);
      if (conversation !== undefined) {
        conversations.push(conversation);
      }
    }
    return conversations.sort((a, b) => b.changedAt - a.changedAt);
  }

  /** A conversation; undefined when there is none or its file is damaged. */
  async load(id: string): Promise<Conversation | undefined> {
    await this.#writes;
    return this.#read(id);
  }

  /** Writes a conversation. A failure is logged: a chat goes on without its history. */
  save(conversation: Conversation): Promise<void> {
    const json = JSON.stringify(toStored(conversation));
    return this.#write(async () => {
      await fs.mkdir(this.folder, { recursive: true });
      const file = this.#file(conversation.id);
      await fs.writeFile(`${file}.part`, json);
      await fs.rename(`${file}.part`, file);
    });
  }

  remove(id: string): Promise<void> {
    return this.#write(() => fs.rm(this.#file(id), { force: true }));
  }

  /** Removes the conversations that were not changed for the longest time, until `most` are left; returns how many went. */
  async trim(most: number): Promise<number> {
    const old = (await this.list()).slice(most);
    for (const { id } of old) {
      await this.remove(id);
    }
    return old.length;
  }

  #write(task: () => Promise<void>): Promise<void> {
    const write = this.#writes.then(task).catch((error: unknown) => this.log.error(`The history could not be written: ${errorMessage(error)}`));
    this.#writes = write;
    return write;
  }

  async #ids(): Promise<readonly string[]> {
    try {
      return (await fs.readdir(this.folder)).filter(name => name.endsWith(extension)).map(name => name.slice(0, -extension.length));
    } catch {
      // Nothing has been written yet.
      return [];
    }
  }

  async #read(id: string): Promise<Conversation | undefined> {
    let json: string;
    try {
      json = await fs.readFile(this.#file(id), 'utf8');
    } catch {
      return undefined;
    }
    const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), storedConversationSchema), json);
    if (parsed.success && parsed.output.id === id) {
      return fromStored(parsed.output);
    }
    this.log.warn(`The conversation ${id} is damaged and was set aside.`);
    await this.#write(() => fs.rename(this.#file(id), `${this.#file(id)}.damaged`));
    return undefined;
  }

  #file(id: string): string {
    return path.join(this.folder, `${path.basename(id)}${extension}`);
  }
}
