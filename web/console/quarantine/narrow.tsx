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
  return (
    <Narrowing count={count} onClear={() => ask({})}>
      <NarrowBy label={said.why} value={asked.code ?? null} options={occurring(all.map((each) => [each.code, reasonName(each.code)]), asked.code ?? null, reasonName)} testid="filter-code" onChoose={(code) => ask({ ...asked, code })} />
      <NarrowBy label={said.kind} value={asked.kind ?? null} options={occurring(all.map((each) => [each.kind, kindName(each.kind)]), asked.kind ?? null, kindName)} testid="narrow-kind" onChoose={(kind) => ask({ ...asked, kind })} />
      <NarrowBy label={said.person} value={asked.person ?? null} options={occurring(all.map((each) => [each.by, each.by_name ?? names.of(each.by)]), asked.person ?? null, names.of)} testid="narrow-person" onChoose={(person) => ask({ ...asked, person })} />
      <NarrowBy label={said.tablet} value={asked.device ?? null} options={occurring(all.map((each) => [each.device, each.device_name ?? names.of(each.device)]), asked.device ?? null, names.of)} testid="narrow-device" onChoose={(device) => ask({ ...asked, device })} />
    </Narrowing>
  );
}
