/** The product's mark. */
import { Check } from "lucide-preact";
import { shellWords } from "./words/shell";

export function Mark() {
  return (
    <span class="mark">
      <span class="mark__sign">
        <Check size={16} strokeWidth={3} aria-hidden="true" />
      </span>
      {shellWords().mark}
    </span>
  );
}
