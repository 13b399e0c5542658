/** Holds `--target` where a command line can't: Nx keeps that flag for itself. */
export const TARGET_VARIABLE = 'ML_TARGET';
