import { Loading } from "../../shared/parts";
import { roomNames } from "../words/shell";

export function QuarantineRoom() {
  return (
    <>
      <h1>{roomNames().quarantine}</h1>
      <Loading />
    </>
  );
}
