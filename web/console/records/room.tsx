import { Loading } from "../../shared/parts";
import { roomNames } from "../words/shell";

export function RecordRoom() {
  return (
    <>
      <h1>{roomNames().records}</h1>
      <Loading />
    </>
  );
}
