"""From a chart to an open case: the alarm, when the fault began, and the rows it is judged on, frozen."""
