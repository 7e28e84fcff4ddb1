import { downloadFile } from '../../../src/models/download/downloadFile';

// Downloads one file and says what came of it.
const [url = '', target = '', bytes = '', sha256 = ''] = process.argv.slice(2);
downloadFile({ url, bytes: Number(bytes), hash: { kind: 'sha256', value: sha256 } }, target, { retryMs: 1 }).then(
  () => console.log('complete'),
  (error: unknown) => console.log(String(error)),
);
