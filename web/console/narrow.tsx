/** A list narrowed by what people choose: the choices fold away, and their number stays to be seen. */
import { ListFilter, X } from "lucide-preact";
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { Button, Field } from "../shared/parts";
import { ltr } from "../shared/words";
import { narrowWords } from "./words/narrow";

/** The choices, open where one is in force. `count`: how many are. */
export function Narrowing({ count, onClear, children }: { count: number; onClear: () => void; children: ComponentChildren }) {
  const said = narrowWords();
  const [open, setOpen] = useState(count > 0);
  return (
    <details class="narrowing" open={open} onToggle={(event) => setOpen(event.currentTarget.open)} data-testid="narrowing">
      <summary>
        <ListFilter size={16} aria-hidden="true" />
        {count > 0 ? said.narrowedBy(ltr(count)) : said.narrow}
      </summary>
      <div class="narrowing__choices">
        {children}
        {count > 0 && (
          <Button look="quiet" icon={X} onClick={onClear} data-testid="narrow-clear">
            {said.clear}
          </Button>
        )}
      </div>
    </details>
  );
}

interface Props {
  readonly label: string;
  readonly value: string | null;
  /** What occurs, by what it is called. */
  readonly options: readonly (readonly [string, string])[];
  readonly testid: string;
  readonly onChoose: (value: string | null) => void;
}

/** One choice. Nothing is shown where there is nothing to choose between. */
export function NarrowBy({ label, value, options, testid, onChoose }: Props) {
  if (options.length < 2 && value === null) return null;
  return (
    <Field label={label}>
      {(ids) => (
        <select {...ids} class="input" value={value ?? ""} onChange={(event) => onChoose(event.currentTarget.value || null)} data-testid={testid}>
          <option value="">{narrowWords().all}</option>
          {options.map(([each, name]) => (
            <option key={each} value={each}>
              {name}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

/** What occurs in a list, each once, by its name in the order of the names; what is asked for is always among it. */
export function occurring(found: readonly (readonly [string | null | undefined, string])[], asked: string | null, named: (id: string) => string): readonly (readonly [string, string])[] {
  const by = new Map<string, string>();
  for (const [id, name] of found) if (id) by.set(id, name);
  if (asked !== null && !by.has(asked)) by.set(asked, named(asked));
  return [...by].sort((a, b) => a[1].localeCompare(b[1]) || (a[0] < b[0] ? -1 : 1));
}
