/** A place in a document, by the text around it. */
export interface CompletionPlace {
  readonly uri: string;
  readonly prefix: string;
  readonly suffix: string;
}

/** The newest completion. Who types along it sees its rest at once; where nothing was found, nothing is asked for again. */
export class LastCompletion {
  #last: (CompletionPlace & { readonly text: string }) | undefined;

  /** What is left of the completion at a place that was reached by typing along it; undefined when it says nothing about the place. */
  restAt({ uri, prefix, suffix }: CompletionPlace): string | undefined {
    const last = this.#last;
    if (last === undefined || last.uri !== uri || last.suffix !== suffix || !prefix.startsWith(last.prefix)) {
      return undefined;
    }
    const typed = prefix.slice(last.prefix.length);
    return typed === '' || (last.text.startsWith(typed) && last.text !== typed) ? last.text.slice(typed.length) : undefined;
  }

  set(place: CompletionPlace, text: string): void {
    this.#last = { ...place, text };
  }

  clear(): void {
    this.#last = undefined;
  }
}
