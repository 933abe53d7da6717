/** The docked keypad: types into the figure that has the focus. It hides when a keyboard is attached. */
import { CornerDownLeft, Copy, Delete } from "lucide-preact";
import { useState } from "preact/hooks";
import { wageWords } from "../words/report";

const KEYS = ["7", "8", "9", "4", "5", "6", "1", "2", "3", "00", "0"] as const;
/** What a soft keyboard reports for every key. */
const SOFT_KEY = 229;

/** Whether the pad is shown: on touch from the start, until a key of a real keyboard is pressed. */
export function usePad(): { shown: boolean; toggle: () => void; onKeyDown: (event: KeyboardEvent) => void } {
  const [shown, setShown] = useState(() => window.matchMedia("(any-pointer: coarse)").matches);
  return {
    shown,
    toggle: () => setShown(!shown),
    onKeyDown: (event) => {
      const real = event.isTrusted && event.keyCode !== SOFT_KEY && /^([0-9]|Tab|Enter|Backspace)$/.test(event.key);
      const inFigure = event.target instanceof HTMLElement && event.target.dataset["figure"] === "yes";
      // With the pad shown figures have no soft keyboard, so that a key there comes from a real one.
      if (shown && real && inFigure) setShown(false);
    },
  };
}

/** Type into the focused figure as a keyboard would. */
function press(text: string | null): void {
  const input = document.activeElement;
  if (!(input instanceof HTMLInputElement) || input.dataset["figure"] !== "yes") return;
  const start = input.selectionStart ?? input.value.length;
  const end = input.selectionEnd ?? start;
  // A separator before the caret goes with its digit.
  const from = text === null && start === end ? (/\D$/.test(input.value.slice(0, start)) ? start - 2 : start - 1) : start;
  if (from < 0) return;
  input.setRangeText(text ?? "", from, end, "end");
  input.dispatchEvent(new InputEvent("input", { bubbles: true }));
}

export function Keypad({ onNext, onAsAbove }: { onNext: () => void; onAsAbove: () => void }) {
  const t = wageWords();
  // The focus stays in the cell: pressing a key must not take it away.
  const hold = (event: Event): void => event.preventDefault();
  return (
    <div class="pad" role="group" aria-label={t.pad} onPointerDown={hold} onMouseDown={hold}>
      {KEYS.map((key) => (
        <button key={key} type="button" class={`pad__key pad__key--${key}`} onClick={() => press(key)}>
          {key}
        </button>
      ))}
      <button type="button" class="pad__key pad__key--erase" aria-label={t.erase} onClick={() => press(null)}>
        <Delete size={24} aria-hidden="true" />
      </button>
      <button type="button" class="pad__above" onClick={onAsAbove}>
        <Copy size={20} aria-hidden="true" />
        {t.asAbove}
      </button>
      <button type="button" class="pad__next" onClick={onNext}>
        <CornerDownLeft size={20} class="mirrored" aria-hidden="true" />
        {t.nextKey}
      </button>
    </div>
  );
}
