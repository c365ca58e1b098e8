/** A row with something in it. `row` as a spreadsheet numbers it: the first of the file is 1. */
export type TableRow = { row: number; cells: string[] };
