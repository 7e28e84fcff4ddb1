import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import os from 'node:os';
import { findOnnxRuntimeLibrary } from '../runtime/libraryPath';

/** Where drivers and the loaders' lists of them lie; those of other systems are simply not there. */
const driverPlaces = [
  '/proc/driver/nvidia/version',
  '/dev/dri',
  '/dev/dxg',
  '/usr/share/vulkan/icd.d',
  '/etc/vulkan/icd.d',
  '/etc/ld.so.cache',
  'C:\\Windows\\System32\\nvcuda.dll',
  'C:\\Windows\\System32\\DirectML.dll',
  'C:\\Windows\\System32\\vulkan-1.dll',
];

/** What decides in the environment which libraries and devices are found. */
const variables = ['PATH', 'LD_LIBRARY_PATH', 'DYLD_LIBRARY_PATH', 'VK_ICD_FILENAMES', 'VK_DRIVER_FILES', 'CUDA_PATH', 'CUDA_VISIBLE_DEVICES'];

/** A hash over what a probe's result depends on: another one means that providers have to be tried again. */
export function machineFacts(runtimeVersion: string): string {
  const library = findOnnxRuntimeLibrary();
  const facts = [process.platform, process.arch, os.release(), runtimeVersion, library, ...[library, ...driverPlaces].map(describe), ...variables.map(name => process.env[name] ?? '')];
  return createHash('sha256').update(JSON.stringify(facts)).digest('hex').slice(0, 16);
}

/** A place's time and size, or what is in it. */
function describe(place: string): string {
  try {
    const { mtimeMs, size } = statSync(place);
    if (place.startsWith('/proc')) {
      return readFileSync(place, 'utf8');
    }
    return place.startsWith('/dev') ? readdirSync(place).join() : `${mtimeMs} ${size}`;
  } catch {
    return '';
  }
}
