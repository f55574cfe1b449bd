/** Parameter Store of Systems Manager, as far as variables of an app need it. */
import { changing, type Operations, reading } from './call.ts';
import { deleteParameter, deleteParameters } from './ssm/delete.ts';
import { describeParameters } from './ssm/describe.ts';
import { getParameter, getParameterHistory, getParameters, getParametersByPath } from './ssm/get.ts';
import { putParameter } from './ssm/put.ts';
import { addTagsToResource, listTagsForResource, removeTagsFromResource } from './ssm/tags.ts';

/** Calls on one parameter take turns; those on several wait for each other. */
const changingParameter = changing((input) => String(input.Name ?? input.ResourceId ?? ''));

export const ssm = {
  PutParameter: changingParameter(putParameter),
  GetParameter: reading(getParameter),
  GetParameters: reading(getParameters),
  GetParametersByPath: reading(getParametersByPath),
  GetParameterHistory: reading(getParameterHistory),
  DescribeParameters: reading(describeParameters),
  DeleteParameter: changingParameter(deleteParameter),
  DeleteParameters: changingParameter(deleteParameters),
  AddTagsToResource: changingParameter(addTagsToResource),
  RemoveTagsFromResource: changingParameter(removeTagsFromResource),
  ListTagsForResource: reading(listTagsForResource),
} satisfies Operations;
