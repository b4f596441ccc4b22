"""The loop around the label: labelled sets, training, measuring, model cards."""
