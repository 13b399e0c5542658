import { registerHooks } from 'node:module';

// The packages import JSON as bundlers have it, without saying so.
registerHooks({
  load: (url, context, next) =>
    next(url, /@actions\/.*\.json$/.test(url) ? { ...context, importAttributes: { type: 'json' } } : context),
});

/** GitHub's own parser of workflows and actions: https://github.com/actions/languageservices */
export const { parseWorkflow, NoOperationTraceWriter, isBasicExpression, isLiteral, isMapping, isSequence } =
  await import('@actions/workflow-parser');
export const { parseAction } = await import('@actions/workflow-parser/actions/action-parser');
