/** What the page can ask for. The views call these and know nothing of the host. */
export interface Actions {
  ask(question: string): void;
  retry(id: number): void;
  stop(): void;
  reveal(path: string, line: number): void;
  copy(text: string): void;
  compressWorkspace(): void;
  openFolder(): void;
  showLog(): void;
}
