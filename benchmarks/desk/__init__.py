"""What the desk page for devices weighs, and how long it takes from a frame of the camera to the verdict.

`python -m benchmarks.desk` prints both, each as a share of its goal.
"""
