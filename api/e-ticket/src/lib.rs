//! Draws a ticket on paper: an A4 PDF with its two barcodes.
