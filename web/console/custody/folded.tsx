/** A part of a report that is fetched when it is opened. */
import { ChevronDown, ChevronRight } from "lucide-preact";
import type { ComponentChildren } from "preact";
import { useId, useState } from "preact/hooks";
import { Loading, Trouble } from "../../shared/parts";
import { useAnswer } from "../data";
import "./custody.css";

interface FoldedProps<T> {
  /** The names for tests: of the part, and of its button. */
  readonly part: string;
  readonly button: string;
  readonly said: { readonly title: string; readonly show: string; readonly hide: string; readonly hint: string };
  readonly path: string;
  readonly children: (answer: T) => ComponentChildren;
}

export function Folded<T>({ part, button, said, path, children }: FoldedProps<T>) {
  const inside = useId();
  const [open, setOpen] = useState(false);
  const asked = useAnswer<T>(open ? path : null);
  const Chevron = open ? ChevronDown : ChevronRight;
  return (
    <section class="custody" data-testid={part}>
      <h3 class="pane__part">{said.title}</h3>
      <button type="button" class="flags-reason__button" aria-expanded={open} aria-controls={inside} onClick={() => setOpen(!open)} data-testid={button}>
        <Chevron size={18} class="mirrored" aria-hidden="true" />
        <span class="grow">{open ? said.hide : said.show}</span>
        <span class="caption">{said.hint}</span>
      </button>
      <div id={inside} hidden={!open} class="pane__foot">
        {open && asked.problem !== null && <Trouble problem={asked.problem} again={asked.again} />}
        {open && !asked.data && asked.problem === null && <Loading />}
        {open && asked.data && children(asked.data)}
      </div>
    </section>
  );
}
