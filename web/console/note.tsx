/** A note of what was just done. It stays until it is closed or the next one comes. */
import { CircleCheck, X } from "lucide-preact";
import { useState } from "preact/hooks";
import { shellWords } from "./words/shell";

/** One note at a time. */
export function useNote(): { text: string | null; say: (text: string) => void; clear: () => void } {
  const [text, setText] = useState<string | null>(null);
  return { text, say: setText, clear: () => setText(null) };
}

export function Note({ text, onClose, testid }: { text: string; onClose: () => void; testid: string }) {
  return (
    <div class="note" role="status" data-testid={testid}>
      <CircleCheck size={18} aria-hidden="true" />
      <span class="grow">{text}</span>
      <button type="button" class="note__close" aria-label={shellWords().closeNote} onClick={onClose}>
        <X size={16} aria-hidden="true" />
      </button>
    </div>
  );
}
