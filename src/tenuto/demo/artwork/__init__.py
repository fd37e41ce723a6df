"""Covers, faces and banners, drawn with flat shapes on paper: no picture in the catalogue comes from anywhere else."""
