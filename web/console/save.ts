/** Hand a file to the browser to be saved, as if a link to it had been followed. It is never shown. */
export function save(content: Blob, name: string): void {
  const address = URL.createObjectURL(content);
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  // The browser reads it after this turn; a minute is time enough, also for a slow disk.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
