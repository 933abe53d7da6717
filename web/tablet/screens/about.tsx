/** What a row of a list is about. */
import { Fragment } from "preact";
import { afterEach } from "../logic/between";

/** The field or kind, and whose. */
export function About({ of, subject }: { of: string; subject: readonly string[] }) {
  const after = afterEach(subject.length + 1);
  return (
    <p>
      <b>{of}</b>
      {after[0]}
      {subject.map((name, at) => (
        <Fragment key={at}>
          <bdi>{name}</bdi>
          {after[at + 1]}
        </Fragment>
      ))}
    </p>
  );
}
