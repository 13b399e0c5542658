/** Git's pathspecs of the files by which DVC knows data. */
export const DATA_FILES: readonly string[] = [':(glob)**/*.dvc', ':(glob)**/dvc.lock'];
