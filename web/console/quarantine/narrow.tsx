/** The entries narrowed by why they are held, kind, author and tablet. Only what occurs can be chosen. */
import type { Entry } from "../../shared/wire.gen";
import { reasonName } from "../entry";
import type { Names } from "../names";
import { NarrowBy, Narrowing, occurring } from "../narrow";
import { kindName } from "../values";
import { narrowWords } from "../words/narrow";
import { type Narrowed, type NotLanded, useQuarantine } from "./list";

export function Narrow({ which, asked, names, ask }: { which: NotLanded; asked: Narrowed; names: Names; ask: (next: Narrowed) => void }) {
  const said = narrowWords();
  const all: readonly Entry[] = useQuarantine(which).data ?? [];
  const count = Object.values(asked).filter(Boolean).length;
  const choices = [
    { by: "code", label: said.why, testid: "filter-code", options: occurring(all.map((each) => [each.code, reasonName(each.code)]), asked.code ?? null, reasonName) },
    { by: "kind", label: said.kind, testid: "narrow-kind", options: occurring(all.map((each) => [each.kind, kindName(each.kind)]), asked.kind ?? null, kindName) },
    { by: "person", label: said.person, testid: "narrow-person", options: occurring(all.map((each) => [each.by, each.by_name ?? names.of(each.by)]), asked.person ?? null, names.of) },
    { by: "device", label: said.tablet, testid: "narrow-device", options: occurring(all.map((each) => [each.device, each.device_name ?? names.of(each.device)]), asked.device ?? null, names.of) },
  ] as const;
  // Where all entries are alike there is nothing to narrow them by.
  if (count === 0 && choices.every(({ options }) => options.length < 2)) return null;
  return (
    <Narrowing count={count} onClear={() => ask({})}>
      {choices.map(({ by, label, testid, options }) => (
        <NarrowBy key={by} label={label} value={asked[by] ?? null} options={options} testid={testid} onChoose={(value) => ask({ ...asked, [by]: value })} />
      ))}
    </Narrowing>
  );
}
