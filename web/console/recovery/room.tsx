import { Loading } from "../../shared/parts";
import { roomNames } from "../words/shell";

export function FlagsRoom() {
  return (
    <>
      <h1>{roomNames().flags}</h1>
      <Loading />
    </>
  );
}
