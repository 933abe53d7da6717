/** A report's wage register from a file: chosen, looked at, its columns named, brought in, and what came of it. */
import { FileCheck, FileUp } from "lucide-preact";
import { useRef, useState } from "preact/hooks";
import { send } from "../../shared/api";
import { rupees, whole } from "../../shared/format";
import { wireRupees } from "../../shared/money";
import { Banner, Button, Field, Loading, Num, Trouble } from "../../shared/parts";
import { ltr } from "../../shared/words";
import type { Brought, Preview, Reject, TotalRow } from "../../shared/wire.gen";
import { changed } from "../data";
import { monthSpan } from "../recovery/months";
import { toldIn } from "../told";
import { asked, isReady, meant, type Chosen } from "./mapping";
import { columnWords, registerWords } from "./words";
import "./registers.css";

const BYTES_MAX = 8 * 1024 * 1024;
const MONTH = /^(\d{4}-(0[1-9]|1[0-2]))?$/;

export function RegisterFromFile({ report }: { report: string }) {
  const said = registerWords();
  const [open, setOpen] = useState(false);
  return (
    <div data-testid="register-file">
      <h3 class="pane__part">{said.title}</h3>
      <div class="pane__foot">
        <Button icon={FileUp} aria-expanded={open} onClick={() => setOpen(!open)} data-testid="register-open">
          {open ? said.close : said.open}
        </Button>
      </div>
      {open && <Bring report={report} />}
    </div>
  );
}

function Bring({ report }: { report: string }) {
  const said = registerWords();
  const path = `/api/reports/${encodeURIComponent(report)}/register`;
  const [file, setFile] = useState<File | null>(null);
  const [month, setMonth] = useState("");
  const [chosen, setChosen] = useState<Chosen>({});
  const [preview, setPreview] = useState<Preview | null>(null);
  const [done, setDone] = useState<Brought | null>(null);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  const latest = useRef(0);
  const large = file !== null && file.size > BYTES_MAX;

  const look = async (from: File | null, at: string, columns: Chosen) => {
    const mine = ++latest.current;
    setProblem(null);
    setDone(null);
    if (from === null || from.size > BYTES_MAX || !MONTH.test(at)) return;
    setBusy(true);
    try {
      const found = await send<Preview>(`${path}/preview?${asked(preview, columns, at)}`, from);
      // Somebody may have chosen further while this was on its way.
      if (mine === latest.current) setPreview(found);
    } catch (caught) {
      if (mine === latest.current) (setPreview(null), setProblem(caught));
    }
    if (mine === latest.current) setBusy(false);
  };
  const bring = async () => {
    if (!file || !preview || !isReady(preview) || busy) return;
    setBusy(true);
    setProblem(null);
    try {
      setDone(await send<Brought>(`${path}?${asked(preview, chosen, month, { file_name: file.name })}`, file));
      setPreview(null);
    } catch (caught) {
      setProblem(caught);
    }
    setBusy(false);
    await changed();
  };
  return (
    <div class="give stack">
      <p>{said.intro}</p>
      <div class="registers-two">
        <Field label={said.file} hint={said.fileHint} wrong={large ? said.tooLarge : null}>
          {(ids) => (
            <input
              {...ids}
              class="input"
              type="file"
              accept=".csv,.xlsx,.xlsm,text/csv"
              data-testid="register-choose"
              onChange={(event) => {
                const next = event.currentTarget.files?.[0] ?? null;
                setFile(next);
                setChosen({});
                setPreview(null);
                void look(next, month, {});
              }}
            />
          )}
        </Field>
        <Field label={said.month} hint={said.monthHint} wrong={MONTH.test(month) ? null : said.monthHint}>
          {(ids) => (
            <input
              {...ids}
              class="input"
              dir="ltr"
              maxLength={7}
              autocomplete="off"
              value={month}
              data-testid="register-month"
              onInput={(event) => setMonth(event.currentTarget.value.trim())}
              onChange={(event) => void look(file, event.currentTarget.value.trim(), chosen)}
            />
          )}
        </Field>
      </div>
      {busy && !preview && <Loading />}
      {problem !== null && <Trouble problem={problem} />}
      {preview && (
        <>
          <Columns
            preview={preview}
            chosen={chosen}
            choose={(name, place) => {
              // What nobody chose any more is what the server takes it for.
              const next = Object.fromEntries(Object.entries({ ...chosen, [name]: place }).filter(([, at]) => at !== -1));
              setChosen(next);
              void look(file, month, next);
            }}
          />
          <Rows preview={preview} />
          {preview.problem !== "" ? (
            <Banner tone="warn" title={said.cannot}>
              <span data-testid="register-problem" {...toldIn(preview.problem)}>
                {preview.problem}
              </span>
            </Banner>
          ) : (
            <Banner tone={preview.lines > 0 ? "ok" : "warn"} title={preview.lines > 0 ? said.ready(ltr(whole(preview.lines)), monthSpan(preview.months)) : said.noLines} />
          )}
          {preview.rejected > 0 && <Rejects title={said.rejects(ltr(whole(preview.rejected)))} rejects={preview.rejects} />}
          {isReady(preview) && (
            <div class="line">
              <Button look="main" icon={FileCheck} aria-busy={busy} onClick={() => void bring()} data-testid="register-bring">
                {said.bring}
              </Button>
            </div>
          )}
        </>
      )}
      {done && <Done done={done} />}
    </div>
  );
}

function Columns({ preview, chosen, choose }: { preview: Preview; chosen: Chosen; choose: (name: string, place: number) => void }) {
  const said = registerWords();
  const names = columnWords();
  const now = meant(preview, chosen);
  return (
    <fieldset class="registers-columns">
      <legend>{said.columns}</legend>
      {preview.known.map((name) => (
        <Field key={name} label={names[name] ?? name}>
          {(ids) => (
            <select {...ids} class="input" value={now[name]} data-testid={`column-${name}`} onChange={(event) => choose(name, Number(event.currentTarget.value))}>
              {(now[name] === -1 || name in chosen) && <option value={-1}>{said.notUsed}</option>}
              {preview.headings.map((heading, place) =>
                heading === "" ? null : (
                  <option key={place} value={place}>
                    {heading}
                  </option>
                ),
              )}
            </select>
          )}
        </Field>
      ))}
    </fieldset>
  );
}

function Rows({ preview }: { preview: Preview }) {
  const said = registerWords();
  const names = columnWords();
  return (
    <div>
      <p class="caption">{said.heading(ltr(whole(preview.line)))}</p>
      <div class="scroll registers-rows" tabIndex={0} role="group" aria-label={said.columns} dir="ltr">
        <table class="table">
          <thead>
            <tr>
              <th scope="col">{said.line}</th>
              {preview.headings.map((heading, place) => {
                const column = preview.columns[place] ?? "";
                return (
                  <th scope="col" key={place}>
                    <bdi>{heading || "–"}</bdi>
                    <span class="registers-meant">{column ? (names[column] ?? column) : "–"}</span>
                  </th>
                );
              })}
            </tr>
          </thead>
          <tbody>
            {preview.rows.map((row) => (
              <tr key={row.line}>
                <td>{row.line}</td>
                {preview.headings.map((_, place) => (
                  <td key={place}>
                    <bdi>{row.cells[place] ?? ""}</bdi>
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}

function Rejects({ title, rejects }: { title: string; rejects: readonly Reject[] }) {
  const said = registerWords();
  const names = columnWords();
  return (
    <div data-testid="register-rejects">
      <p class="strong">{title}</p>
      <div class="scroll registers-rows" tabIndex={0} role="group" aria-label={title}>
        <table class="table">
          <thead>
            <tr>
              <th scope="col">{said.line}</th>
              <th scope="col">{said.column}</th>
              <th scope="col">{said.value}</th>
              <th scope="col">{said.reason}</th>
            </tr>
          </thead>
          <tbody>
            {rejects.map((each) => (
              <tr key={`${each.line} ${each.column}`}>
                <td>
                  <Num>{each.line}</Num>
                </td>
                <td>{each.column ? (names[each.column] ?? each.column) : said.wholeRow}</td>
                <td class="break">
                  <bdi>{each.value}</bdi>
                </td>
                <td {...toldIn(each.reason)}>{each.reason}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}

function Done({ done }: { done: Brought }) {
  const said = registerWords();
  const more = [done.unchanged ? said.unchanged(ltr(whole(done.unchanged))) : "", done.repeated ? said.repeated(ltr(whole(done.repeated))) : "", done.added ? said.next : ""];
  const wrong = (done.totals ?? []).filter((each) => each.stated_paisa !== each.found_paisa);
  const remarks = done.remarks ?? [];
  return (
    <div class="stack" data-testid="register-done" data-added={String(done.added)}>
      <Banner tone="ok" title={done.added ? said.done(ltr(whole(done.added ?? 0))) : said.doneSame}>
        {more.filter(Boolean).join(" ")}
      </Banner>
      {(done.rejected ?? 0) > 0 && <Rejects title={said.notTaken(ltr(whole(done.rejected ?? 0)))} rejects={done.rejects ?? []} />}
      {wrong.length > 0 && <Totals totals={wrong} />}
      {remarks.length > 0 && (
        <div>
          <p class="strong">{said.remarks}</p>
          <ul>
            {remarks.map((each) => (
              <li key={`${each.line} ${each.detail}`} {...toldIn(each.detail)}>
                <Num>{each.line}</Num>: {each.detail}
              </li>
            ))}
          </ul>
        </div>
      )}
    </div>
  );
}

function Totals({ totals }: { totals: readonly TotalRow[] }) {
  const said = registerWords();
  const sum = (paisa: number): string => rupees(wireRupees(BigInt(paisa)));
  return (
    <div>
      <p class="strong">{said.totals}</p>
      <ul>
        {totals.map((each) => (
          <li key={`${each.line} ${each.column}`}>{said.total(ltr(whole(each.line)), sum(each.stated_paisa), sum(each.found_paisa))}</li>
        ))}
      </ul>
    </div>
  );
}
