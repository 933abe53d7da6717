/** The conflicts narrowed by district, kind, field, age and the rupees at stake. All of it stands in the address. */
import { useState } from "preact/hooks";
import { Field } from "../../shared/parts";
import { ltr } from "../../shared/words";
import type { Names } from "../names";
import { NarrowBy, Narrowing, occurring } from "../narrow";
import { fieldName, kindName } from "../values";
import { narrowWords } from "../words/narrow";
import { AGES, type Narrowed, rupeesOf, useConflicts } from "./list";

export function Narrow({ asked, names, ask }: { asked: Narrowed; names: Names; ask: (next: Narrowed) => void }) {
  const said = narrowWords();
  const all = useConflicts().data ?? [];
  const ofKind = asked.kind ? all.filter((each) => each.values.of === asked.kind) : all;
  const count = Object.values(asked).filter(Boolean).length;
  return (
    <Narrowing count={count} onClear={() => ask({})}>
      <NarrowBy label={said.district} value={asked.district ?? null} options={occurring(all.map((each) => [each.district, names.of(each.district)]), asked.district ?? null, names.of)} testid="narrow-district" onChoose={(district) => ask({ ...asked, district })} />
      <NarrowBy label={said.kind} value={asked.kind ?? null} options={occurring(all.map((each) => [each.values.of, kindName(each.values.of)]), asked.kind ?? null, kindName)} testid="narrow-kind" onChoose={(kind) => ask({ ...asked, kind, field: null })} />
      <NarrowBy label={said.field} value={asked.field ?? null} options={occurring(ofKind.map((each) => [each.values.about, fieldName(each.values.about)]), asked.field ?? null, fieldName)} testid="narrow-field" onChoose={(field) => ask({ ...asked, field })} />
      <NarrowBy label={said.age} value={asked.age ?? null} options={AGES.map((days) => [days, days === "1" ? said.oneDay : said.days(ltr(days))] as const)} testid="narrow-age" onChoose={(age) => ask({ ...asked, age })} />
      <Rupees key={asked.rupees} value={asked.rupees ?? ""} onGive={(rupees) => ask({ ...asked, rupees })} />
    </Narrowing>
  );
}

/** A sum that is typed. What is no sum is said, and the list stays as it is. */
function Rupees({ value, onGive }: { value: string; onGive: (rupees: string | null) => void }) {
  const said = narrowWords();
  const [wrong, setWrong] = useState(false);
  const give = (text: string) => {
    const typed = text.trim();
    const rupees = rupeesOf(typed);
    setWrong(typed !== "" && rupees === null);
    if (typed === "" || rupees !== null) onGive(rupees);
  };
  return (
    <Field label={said.rupees} wrong={wrong ? said.rupeesWrong : null}>
      {(ids) => <input {...ids} class="input" dir="ltr" inputMode="numeric" autoComplete="off" defaultValue={value} onChange={(event) => give(event.currentTarget.value)} data-testid="narrow-rupees" />}
    </Field>
  );
}
