/** Which district somebody works in now, where their postings reach several. */
import type { District } from "../shared/wire.gen";
import { Field } from "../shared/parts";
import { useAnswer } from "./data";
import { useMe } from "./me";
import { districtsOf, type Role } from "./rooms";
import { todayWords } from "./words/today";

export interface Districts {
  readonly all: readonly District[];
  /** The district asked for, if it is open to them, or the first one; undefined until the list came. */
  readonly chosen: District | undefined;
  readonly problem: unknown;
  readonly again: () => void;
}

/** The districts that somebody's postings in a role reach. */
export function useDistricts(role: Role, asked: string | null): Districts {
  const { postings } = useMe();
  const { data, problem, again } = useAnswer<District[]>("/api/districts");
  const reach = districtsOf(postings, role);
  const all = (data ?? []).filter((each) => reach === null || reach.includes(each.id));
  return { all, chosen: all.find((each) => each.id === asked) ?? all[0], problem: data ? null : problem, again };
}

/** Choose among several districts; where there is one, its name. */
export function DistrictChoice({ districts, onChoose }: { districts: Districts; onChoose: (id: string) => void }) {
  const said = todayWords();
  if (districts.all.length < 2) return <bdi class="muted">{districts.chosen?.name}</bdi>;
  return (
    <Field label={said.district}>
      {(ids) => (
        <select {...ids} class="input" value={districts.chosen?.id ?? ""} onChange={(event) => onChoose(event.currentTarget.value)} data-testid="district">
          {districts.all.map((each) => (
            <option key={each.id} value={each.id}>
              {each.name}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}
