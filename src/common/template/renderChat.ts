import { type ChatTemplate, unusableTemplate } from './chatTemplate';

/** A stretch of a message: text, or a stand-in for what is no text (slots), which the caller numbers. */
export type Part = { readonly kind: 'text'; readonly text: string } | { readonly kind: 'placeholder'; readonly index: number };

export interface ChatMessage {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: readonly Part[];
}

/** A stretch of a prompt: the template's own text, where special tokens count, and what messages hold, where they are mere text. */
export type Piece = { readonly kind: 'template'; readonly text: string } | Part;

/**
 * Lays a conversation out as the decoder was trained, up to the opening of the answer.
 *
 * The template never sees a message: it gets a stand-in for each, and the messages are put in afterwards. So neither a file nor a user can
 * write a special token or anything else that the template acts on. Where a template trims its messages, they are trimmed.
 *
 * Templates that refuse a system message, or two messages of one role in a row, or that leave a message out, get them joined.
 * Errors: `bundle-unsupported` when the template fails all the same.
 */
export function renderChat(template: ChatTemplate, messages: readonly ChatMessage[], now = new Date()): readonly Piece[] {
  try {
    return render(template, messages, now);
  } catch {
    try {
      return render(template, joined(messages), now);
    } catch (error) {
      throw unusableTemplate(error);
    }
  }
}

/** Characters that no template has: the ends of a stand-in, and white space around it, which tells whether the template trims. */
const open = '\u{f3c00}';
const close = '\u{f3c01}';
const space = '\u2005';
const standIn = new RegExp(`(${space}?)${open}(\\d+)${close}(${space}?)`, 'u');

function render(template: ChatTemplate, messages: readonly ChatMessage[], now: Date): readonly Piece[] {
  const hidden = messages.map(({ role, content }, i) => ({ role, content: isEmpty(content) ? '' : `${space}${open}${i}${close}${space}` }));
  // [text, space before, index, space after, text, ...]
  const fields = template.render(hidden, now).split(standIn);
  const pieces: Piece[] = [{ kind: 'template', text: fields[0] ?? '' }];
  const shown = new Set<number>();
  for (let i = 1; i < fields.length; i += 4) {
    const index = Number(fields[i + 1]);
    shown.add(index);
    pieces.push(...trimmed(messages[index]?.content ?? [], fields[i] === '', fields[i + 2] === ''));
    pieces.push({ kind: 'template', text: fields[i + 3] ?? '' });
  }
  const lost = hidden.findIndex(({ content }, i) => content !== '' && !shown.has(i));
  if (lost >= 0) {
    throw new Error(`it leaves out the ${messages[lost]?.role ?? ''} message`);
  }
  return pieces.filter(piece => piece.kind === 'placeholder' || piece.text !== '');
}

function isEmpty(content: readonly Part[]): boolean {
  return content.every(part => part.kind === 'text' && part.text === '');
}

/** Neighbouring texts as one, without white space at the ends where asked. */
function trimmed(content: readonly Part[], start: boolean, end: boolean): readonly Part[] {
  const parts: Part[] = [];
  for (const part of content) {
    const last = parts.at(-1);
    if (part.kind === 'text' && last?.kind === 'text') {
      parts[parts.length - 1] = { kind: 'text', text: last.text + part.text };
    } else {
      parts.push(part);
    }
  }
  return parts.map((part, i) => {
    if (part.kind !== 'text') {
      return part;
    }
    const text = start && i === 0 ? part.text.trimStart() : part.text;
    return { kind: 'text', text: end && i === parts.length - 1 ? text.trimEnd() : text };
  });
}

/** System messages become the start of the user message behind them; neighbours of one role become one message. */
function joined(messages: readonly ChatMessage[]): readonly ChatMessage[] {
  const result: ChatMessage[] = [];
  for (const message of messages) {
    const role = message.role === 'system' ? 'user' : message.role;
    const last = result.at(-1);
    if (last?.role === role) {
      result[result.length - 1] = { role, content: [...last.content, { kind: 'text', text: '\n\n' }, ...message.content] };
    } else {
      result.push({ role, content: message.content });
    }
  }
  return result;
}
