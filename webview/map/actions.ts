/** What the map can ask of the extension host. */
export interface MapActions {
  readonly open: (path: string) => void;
  readonly reconstruct: (path: string) => void;
  readonly refresh: () => void;
  readonly compressWorkspace: () => void;
  readonly measure: () => void;
  readonly openFolder: () => void;
  readonly showLog: () => void;
}
