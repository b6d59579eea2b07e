/** The remembered checkpoint: one signed note in a file, so that it proves itself when it is read again. */
import { open, readFile, rename } from 'node:fs/promises';

/** The note, or undefined if the file is not there yet. */
export async function recall(path) {
  try {
    return new Uint8Array(await readFile(path));
  } catch (e) {
    if (e.code === 'ENOENT') return undefined;
    throw e;
  }
}

/** Forced to disk before it takes the name of the one before: a crash must not forget what was seen. */
export async function remember(path, note) {
  const fresh = `${path}.new`;
  const file = await open(fresh, 'w');
  try {
    await file.writeFile(note);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(fresh, path);
}
