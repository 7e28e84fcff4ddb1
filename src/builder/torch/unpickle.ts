/**
 * The part of Python's pickle format that `torch.save` needs for a dictionary of tensors. Nothing is imported or run: a global is only a name,
 * and calling it only records the call. Format: CPython Lib/pickletools.py.
 */
export type Pickled =
  | { readonly kind: 'value'; readonly value: string | number | boolean | null }
  | { readonly kind: 'list'; readonly items: Pickled[] }
  | { readonly kind: 'dict'; readonly entries: [Pickled, Pickled][] }
  | { readonly kind: 'global'; readonly name: string }
  | { readonly kind: 'call'; readonly target: Pickled; readonly args: readonly Pickled[]; readonly entries: [Pickled, Pickled][] }
  | { readonly kind: 'persistent'; readonly id: Pickled }
  | { readonly kind: 'mark' };

/** @throws {RangeError} for what is not of this kind */
export function unpickle(bytes: Buffer): Pickled {
  return new Machine(bytes).run();
}

const value = (content: string | number | boolean | null): Pickled => ({ kind: 'value', value: content });

class Machine {
  readonly #stack: Pickled[] = [];
  readonly #memo = new Map<number, Pickled>();
  #at = 0;

  constructor(private readonly bytes: Buffer) {}

  run(): Pickled {
    for (;;) {
      const code = this.#take(1).toString('latin1');
      if (code === '.') {
        return this.#pop();
      }
      this.#step(code);
    }
  }

  #step(code: string): void {
    switch (code) {
      case '\x80':
        this.#take(1);
        return;
      case '\x95':
        this.#take(8);
        return;
      case '(':
        return this.#push({ kind: 'mark' });
      case '}':
        return this.#push({ kind: 'dict', entries: [] });
      case ']':
        return this.#push({ kind: 'list', items: [] });
      case ')':
        return this.#push({ kind: 'list', items: [] });
      case 'N':
        return this.#push(value(null));
      case '\x88':
      case '\x89':
        return this.#push(value(code === '\x88'));
      case 'K':
        return this.#push(value(this.#take(1).readUInt8()));
      case 'M':
        return this.#push(value(this.#take(2).readUInt16LE()));
      case 'J':
        return this.#push(value(this.#take(4).readInt32LE()));
      case '\x8a':
        return this.#push(value(this.#long(this.#take(1).readUInt8())));
      case 'X':
        return this.#push(value(this.#take(this.#take(4).readUInt32LE()).toString('utf8')));
      case '\x8c':
        return this.#push(value(this.#take(this.#take(1).readUInt8()).toString('utf8')));
      case 'c':
        return this.#push({ kind: 'global', name: `${this.#line()}.${this.#line()}` });
      case '\x93':
        return this.#stackGlobal();
      case 'q':
        this.#memo.set(this.#take(1).readUInt8(), this.#top());
        return;
      case 'r':
        this.#memo.set(this.#take(4).readUInt32LE(), this.#top());
        return;
      case '\x94':
        this.#memo.set(this.#memo.size, this.#top());
        return;
      case 'h':
        return this.#push(this.#remembered(this.#take(1).readUInt8()));
      case 'j':
        return this.#push(this.#remembered(this.#take(4).readUInt32LE()));
      case 't':
        return this.#push({ kind: 'list', items: this.#popToMark() });
      case '\x85':
      case '\x86':
      case '\x87':
        return this.#push({ kind: 'list', items: this.#popMany(code.charCodeAt(0) - 0x84) });
      case 'a':
        return this.#append(this.#popMany(1));
      case 'e':
        return this.#append(this.#popToMark());
      case 's':
        return this.#set(this.#popMany(2));
      case 'u':
        return this.#set(this.#popToMark());
      case 'Q':
        return this.#push({ kind: 'persistent', id: this.#pop() });
      case 'R': {
        const args = this.#pop();
        return this.#push({ kind: 'call', target: this.#pop(), args: args.kind === 'list' ? args.items : [], entries: [] });
      }
      case 'b':
        // The state of an object: an ordered dictionary carries its module's version in it.
        this.#pop();
        return;
      default:
        throw new RangeError(`The pickle has the operation 0x${code.charCodeAt(0).toString(16)}, which no dictionary of tensors needs.`);
    }
  }

  #push(item: Pickled): void {
    this.#stack.push(item);
  }

  #pop(): Pickled {
    const item = this.#stack.pop();
    if (item === undefined) {
      throw new RangeError('The pickle takes more than it has put down.');
    }
    return item;
  }

  #top(): Pickled {
    const item = this.#pop();
    this.#push(item);
    return item;
  }

  #popMany(count: number): Pickled[] {
    return Array.from({ length: count }, () => this.#pop()).reverse();
  }

  #popToMark(): Pickled[] {
    const items: Pickled[] = [];
    for (let item = this.#pop(); item.kind !== 'mark'; item = this.#pop()) {
      items.push(item);
    }
    return items.reverse();
  }

  #append(items: readonly Pickled[]): void {
    const list = this.#top();
    if (list.kind === 'list') {
      list.items.push(...items);
    }
  }

  #set(items: readonly Pickled[]): void {
    const target = this.#top();
    for (let i = 0; i + 1 < items.length; i += 2) {
      const [key, item] = [items[i], items[i + 1]];
      if ((target.kind === 'dict' || target.kind === 'call') && key !== undefined && item !== undefined) {
        target.entries.push([key, item]);
      }
    }
  }

  #stackGlobal(): void {
    const [module, name] = this.#popMany(2).map(item => (item.kind === 'value' ? String(item.value) : ''));
    this.#push({ kind: 'global', name: `${module ?? ''}.${name ?? ''}` });
  }

  #remembered(index: number): Pickled {
    const item = this.#memo.get(index);
    if (item === undefined) {
      throw new RangeError(`The pickle refers to its item ${index}, which it has not.`);
    }
    return item;
  }

  #long(length: number): number {
    return this.#take(length).reduce((sum, byte, i) => sum + byte * 2 ** (8 * i), 0);
  }

  #line(): string {
    const end = this.bytes.indexOf(0x0a, this.#at);
    const text = this.bytes.toString('utf8', this.#at, end < 0 ? this.bytes.length : end);
    this.#at = end < 0 ? this.bytes.length : end + 1;
    return text;
  }

  #take(length: number): Buffer {
    if (this.#at + length > this.bytes.length) {
      throw new RangeError('The pickle ends too early.');
    }
    this.#at += length;
    return this.bytes.subarray(this.#at - length, this.#at);
  }
}
