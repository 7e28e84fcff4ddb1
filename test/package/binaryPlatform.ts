import fs from 'node:fs';

const elfMachines: Readonly<Record<number, string>> = { 0x3e: 'linux-x64', 0xb7: 'linux-arm64' };
const peMachines: Readonly<Record<number, string>> = { 0x8664: 'win32-x64', 0xaa64: 'win32-arm64' };
const machTypes: Readonly<Record<number, string>> = { 0x01000007: 'darwin-x64', 0x0100000c: 'darwin-arm64' };

/** The platform that a native file was built for, by its own header; undefined for a file that is not native. */
export function binaryPlatform(file: string): string | undefined {
  const bytes = head(file, 4096);
  if (bytes.length < 64) {
    return undefined;
  }
  if (bytes.readUInt32BE(0) === 0x7f454c46) {
    return elfMachines[bytes.readUInt16LE(18)] ?? 'another machine';
  }
  if (bytes.readUInt32LE(0) === 0xfeedfacf) {
    return machTypes[bytes.readUInt32LE(4)] ?? 'another machine';
  }
  const peHeader = bytes.readUInt32LE(60);
  if (bytes.toString('latin1', 0, 2) === 'MZ' && peHeader + 6 <= bytes.length && bytes.toString('latin1', peHeader, peHeader + 4) === 'PE\0\0') {
    return peMachines[bytes.readUInt16LE(peHeader + 4)] ?? 'another machine';
  }
  return undefined;
}

function head(file: string, bytes: number): Buffer {
  const descriptor = fs.openSync(file, 'r');
  try {
    const buffer = Buffer.alloc(bytes);
    return buffer.subarray(0, fs.readSync(descriptor, buffer));
  } finally {
    fs.closeSync(descriptor);
  }
}
