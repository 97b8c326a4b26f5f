"""The whole line: from paths to a report. `line.check` is its table of contents, one statement a stage.

Takes a Request, gives a Report; what is wrong with the input is in the report beside the results of all that is right. Nothing is imported
here, so that a command loads only the stages that it needs.
"""
