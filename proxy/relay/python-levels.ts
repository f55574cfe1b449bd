/** How a line of Python's logging begins; the first group is its level. */

/** As Python's logging has it, and uvicorn with spaces: https://docs.python.org/3/library/logging.html#logging.basicConfig */
export const pythonLevel = /^(DEBUG|INFO|WARNING|ERROR|CRITICAL):(?:[\w.]*:| {2})/;

/**
 * Dated, as gunicorn has it in its own log, and Flask in that of an app:
 * https://docs.gunicorn.org/en/stable/settings.html#logging, https://flask.palletsprojects.com/en/stable/logging/
 */
export const datedLevel =
  /^\[[\d-]{10} [\d:,]{8,12}(?: [+-]\d{4})?\] (?:\[\d+\] \[)?(DEBUG|INFO|WARNING|ERROR|CRITICAL)(?:\] | in )/;
