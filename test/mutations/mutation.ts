/** One guarantee taken out of the code by hand, and the test that has to notice. */
export type Mutation = {
  /** What is not true any more. */
  guarantee: string;
  /** Relative to the repository. */
  file: string;
  /** Occurs once in the file. */
  from: string;
  to: string;
  /** Relative to test/. */
  test: string;
  /** A part of the test's title; null: any in the file. */
  title: string | null;
};
