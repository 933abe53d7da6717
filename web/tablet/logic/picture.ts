/** Which files are taken as photos. */

const MEGABYTE = 1024 * 1024;
/** The largest photo that is taken, in megabytes. */
export const PHOTO_MAX_MB = 25;

/** Why a file is not taken. */
export type Refusal = "too-big" | "no-picture";

/** Why a file is not taken as a photo; null where it is. `decode` fails for what is not a picture, and leaves nothing. */
export async function refusal<T extends { readonly size: number }>(file: T, decode: (file: T) => Promise<void>): Promise<Refusal | null> {
  if (file.size > PHOTO_MAX_MB * MEGABYTE) return "too-big";
  try {
    await decode(file);
    return null;
  } catch {
    return "no-picture";
  }
}
