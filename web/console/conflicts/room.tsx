import { Loading } from "../../shared/parts";
import { roomNames } from "../words/shell";

export function ConflictsRoom() {
  return (
    <>
      <h1>{roomNames().conflicts}</h1>
      <Loading />
    </>
  );
}
