/** A question and its answer. */
export interface Turn {
  readonly question: string;
  readonly answer: string;
}

/** The tokens around the files of a prompt. */
export interface Surroundings {
  readonly before: Int32Array;
  readonly after: Int32Array;
}

/**
 * How a decoder was taught to be asked: what stands around files, questions and answers, in its own tokens. Paths, questions and answers are
 * plain text in it: they can't forge a special token.
 */
export interface PromptFormat {
  /** Begins a prompt that is no conversation; empty for a decoder that has no token for it. */
  readonly start: readonly number[];
  /** Stands before the text and slots of a file. */
  header(displayPath: string): readonly number[];
  /** What stands around the files when a question (the last one) is asked after earlier turns, oldest first. Up to the opening of the answer. */
  conversation(turns: readonly Turn[], question: string, withFiles: boolean): Surroundings;
  /** Tokens that end an answer. */
  readonly endTokens: readonly number[];
  /** Texts that end an answer: base models go on with questions of their own. */
  readonly stops: readonly string[];
  /** White space that may begin an answer and is no part of it. */
  readonly lead: string;
}
