/** Unsent work as a locked file: saved when somebody asks, and kept current where the browser can write to a place. */
import { effect, signal } from "@preact/signals";
import { tablet, version } from "./field";

const ENDING = "field-sealed";
const SOON_MS = 1_000;
const REVOKE_MS = 60_000;

/** What a browser gives that lets a page write to a file that somebody chose (File System Access). */
interface Target extends FileSystemFileHandle {
  queryPermission?: (asked: { mode: "readwrite" }) => Promise<PermissionState>;
  requestPermission?: (asked: { mode: "readwrite" }) => Promise<PermissionState>;
}

type Picker = (asked: { suggestedName: string }) => Promise<Target>;

/** The file that is kept current; `at_ms` is when it was written, null while the browser does not allow it. */
export const kept = signal<{ readonly name: string; readonly at_ms: number | null } | null>(null);

let target: Target | null = null;
let timer: ReturnType<typeof setTimeout> | undefined;

const picker = (): Picker | undefined => (window as { showSaveFilePicker?: Picker }).showSaveFilePicker;

/** Whether this browser can keep a file current. */
export const canKeep = (): boolean => picker() !== undefined;

/** What a file is called: what it is, and of which day. */
const nameNow = (): string => `unsent-${new Date().toISOString().slice(0, 10)}.${ENDING}`;

/** Save the work that is only here; its name, or null where there is none. Throws where it cannot be sealed yet. */
export async function save(): Promise<string | null> {
  const file = await tablet().sealedWork();
  if (file === null) return null;
  const name = nameNow();
  const address = URL.createObjectURL(file);
  const link = Object.assign(document.createElement("a"), { href: address, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), REVOKE_MS);
  return name;
}

/** Let somebody choose the file that is to be kept current. */
export async function keep(): Promise<void> {
  const pick = picker();
  if (pick === undefined) return;
  let chosen: Target;
  try {
    chosen = await pick({ suggestedName: `unsent.${ENDING}` });
  } catch (error) {
    // Whoever closes the window without choosing has changed their mind.
    if (error instanceof DOMException && error.name === "AbortError") return;
    throw error;
  }
  target = chosen;
  await tablet().rememberPlace(chosen);
  await renew();
}

/** Ask the browser to allow it again, after it was closed. */
export async function allow(): Promise<void> {
  await target?.requestPermission?.({ mode: "readwrite" });
  await renew();
}

/** Keep no file any more; the one that is there stays as it is. */
export async function stop(): Promise<void> {
  target = null;
  kept.value = null;
  await tablet().rememberPlace(null);
}

/** Write what is only here now; an empty file where nothing is. */
async function renew(): Promise<void> {
  const to = target;
  if (to === null) return;
  try {
    const allowed = (await to.queryPermission?.({ mode: "readwrite" })) ?? "granted";
    if (allowed !== "granted") throw new Error("the browser does not allow it");
    const writing = await to.createWritable();
    await writing.write((await tablet().sealedWork()) ?? new Blob([]));
    await writing.close();
    kept.value = { name: to.name, at_ms: Date.now() };
  } catch {
    // A card that was taken out, or a permission that ended: it is said, and work goes on.
    kept.value = { name: to.name, at_ms: null };
  }
}

/** Begin to keep the file current that was chosen earlier. Called once. */
export async function followUnsent(): Promise<void> {
  target = (await tablet().placeRemembered()) as Target | null;
  effect(() => {
    if (version.value === 0) return;
    clearTimeout(timer);
    timer = setTimeout(() => void renew(), SOON_MS);
  });
}
