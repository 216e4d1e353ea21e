package io.millrace.trainer.torch;

import ai.djl.Device;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.JniUtils;
import java.nio.ByteBuffer;

/**
 * The only class that calls {@link JniUtils}, an internal class of DJL's PyTorch engine.
 *
 * <p>Each method calls the engine's method of the same name, which calls PyTorch's function of that
 * name. A returned array is new and attached to the manager of the first argument. Methods whose
 * names end in {@code i} change the first argument. Grad mode and the number of threads are
 * settings of the calling thread. Decision 8 explains why DJL's internals are used, and what to
 * check when DJL is updated.
 */
public final class Torch {
  private Torch() {}

  public static PtNDArray abs(PtNDArray array) {
    return JniUtils.abs(array);
  }

  public static void adamUpdate(
      PtNDArray weight,
      PtNDArray grad,
      PtNDArray mean,
      PtNDArray variance,
      float lr,
      float learningRateBiasCorrection,
      float wd,
      float rescaleGrad,
      float clipGrad,
      float beta1,
      float beta2,
      float eps,
      boolean adamw) {
    JniUtils.adamUpdate(
        weight,
        grad,
        mean,
        variance,
        lr,
        learningRateBiasCorrection,
        wd,
        rescaleGrad,
        clipGrad,
        beta1,
        beta2,
        eps,
        adamw);
  }

  public static PtNDArray add(PtNDArray ndArray1, PtNDArray ndArray2) {
    return JniUtils.add(ndArray1, ndArray2);
  }

  public static void addi(PtNDArray ndArray1, PtNDArray ndArray2) {
    JniUtils.addi(ndArray1, ndArray2);
  }

  public static PtNDArray avgPool(
      PtNDArray array,
      Shape kernelSize,
      Shape stride,
      Shape padding,
      boolean ceilMode,
      boolean countIncludePad) {
    return JniUtils.avgPool(array, kernelSize, stride, padding, ceilMode, countIncludePad);
  }

  public static void backward(
      PtNDArray array, PtNDArray gradNd, boolean keepGraph, boolean createGraph) {
    JniUtils.backward(array, gradNd, keepGraph, createGraph);
  }

  public static PtNDArray batchNorm(
      PtNDArray array,
      PtNDArray gamma,
      PtNDArray beta,
      PtNDArray runningMean,
      PtNDArray runningVar,
      boolean isTraining,
      double momentum,
      double eps) {
    return JniUtils.batchNorm(
        array, gamma, beta, runningMean, runningVar, isTraining, momentum, eps);
  }

  public static PtNDArray broadcast(PtNDArray array, Shape shape) {
    return JniUtils.broadcast(array, shape);
  }

  public static PtNDArray cat(PtNDArray[] arrays, long dim) {
    return JniUtils.cat(arrays, dim);
  }

  public static PtNDArray clip(PtNDArray array, Number min, Number max) {
    return JniUtils.clip(array, min, max);
  }

  public static PtNDArray clone(PtNDArray array) {
    return JniUtils.clone(array);
  }

  public static PtNDArray convolution(
      PtNDArray array,
      PtNDArray weight,
      PtNDArray bias,
      Shape stride,
      Shape padding,
      Shape dilation,
      int groups) {
    return JniUtils.convolution(array, weight, bias, stride, padding, dilation, groups);
  }

  public static PtNDArray cos(PtNDArray array) {
    return JniUtils.cos(array);
  }

  public static PtNDArray createNdFromByteBuffer(
      PtNDManager manager,
      ByteBuffer data,
      Shape shape,
      DataType dType,
      SparseFormat fmt,
      Device device) {
    return JniUtils.createNdFromByteBuffer(manager, data, shape, dType, fmt, device);
  }

  public static PtNDArray cumProd(PtNDArray array, long dim, DataType dataType) {
    return JniUtils.cumProd(array, dim, dataType);
  }

  public static PtNDArray detachGradient(PtNDArray array) {
    return JniUtils.detachGradient(array);
  }

  public static PtNDArray div(PtNDArray ndArray1, PtNDArray ndArray2) {
    return JniUtils.div(ndArray1, ndArray2);
  }

  public static void divi(PtNDArray ndArray1, PtNDArray ndArray2) {
    JniUtils.divi(ndArray1, ndArray2);
  }

  public static PtNDArray elu(PtNDArray array, double alpha) {
    return JniUtils.elu(array, alpha);
  }

  public static PtNDArray embedding(PtNDArray input, PtNDArray weight, boolean sparse) {
    return JniUtils.embedding(input, weight, sparse);
  }

  public static void emptyCudaCache() {
    JniUtils.emptyCudaCache();
  }

  public static PtNDArray eq(PtNDArray self, PtNDArray other) {
    return JniUtils.eq(self, other);
  }

  public static PtNDArray erf(PtNDArray array) {
    return JniUtils.erf(array);
  }

  public static PtNDArray exp(PtNDArray array) {
    return JniUtils.exp(array);
  }

  public static PtNDArray flip(PtNDArray array, long[] dims) {
    return JniUtils.flip(array, dims);
  }

  public static PtNDArray gather(PtNDArray array, PtNDArray index, long dim) {
    return JniUtils.gather(array, index, dim);
  }

  public static PtNDArray gelu(PtNDArray array) {
    return JniUtils.gelu(array);
  }

  public static ByteBuffer getByteBuffer(PtNDArray array, boolean tryDirect) {
    return JniUtils.getByteBuffer(array, tryDirect);
  }

  public static PtNDArray gt(PtNDArray self, PtNDArray other) {
    return JniUtils.gt(self, other);
  }

  public static PtNDArray gte(PtNDArray self, PtNDArray other) {
    return JniUtils.gte(self, other);
  }

  public static void indexSet(
      PtNDArray array, PtNDArray value, long[] minIndices, long[] maxIndices, long[] stepIndices) {
    JniUtils.indexSet(array, value, minIndices, maxIndices, stepIndices);
  }

  public static boolean isGradMode() {
    return JniUtils.isGradMode();
  }

  public static PtNDArray layerNorm(
      PtNDArray array, Shape normalizedShape, PtNDArray gamma, PtNDArray beta, double eps) {
    return JniUtils.layerNorm(array, normalizedShape, gamma, beta, eps);
  }

  public static PtNDArray leakyRelu(PtNDArray array, double negativeSlope) {
    return JniUtils.leakyRelu(array, negativeSlope);
  }

  public static PtNDArray linear(PtNDArray input, PtNDArray weight, PtNDArray bias) {
    return JniUtils.linear(input, weight, bias);
  }

  public static PtNDArray log(PtNDArray array) {
    return JniUtils.log(array);
  }

  public static PtNDArray logSoftmax(PtNDArray array, long dim, DataType dTpe) {
    return JniUtils.logSoftmax(array, dim, dTpe);
  }

  public static PtNDArray logicalAnd(PtNDArray ndArray1, PtNDArray ndArray2) {
    return JniUtils.logicalAnd(ndArray1, ndArray2);
  }

  public static PtNDArray logicalNot(PtNDArray array) {
    return JniUtils.logicalNot(array);
  }

  public static PtNDArray logicalOr(PtNDArray ndArray1, PtNDArray ndArray2) {
    return JniUtils.logicalOr(ndArray1, ndArray2);
  }

  public static PtNDArray logicalXor(PtNDArray ndArray1, PtNDArray ndArray2) {
    return JniUtils.logicalXor(ndArray1, ndArray2);
  }

  public static PtNDArray lt(PtNDArray self, PtNDArray other) {
    return JniUtils.lt(self, other);
  }

  public static PtNDArray lte(PtNDArray self, PtNDArray other) {
    return JniUtils.lte(self, other);
  }

  public static PtNDArray matmul(PtNDArray ndArray1, PtNDArray ndArray2) {
    return JniUtils.matmul(ndArray1, ndArray2);
  }

  public static PtNDArray max(PtNDArray array, long dim, boolean keepDim) {
    return JniUtils.max(array, dim, keepDim);
  }

  public static PtNDArray max(PtNDArray ndArray1, PtNDArray ndArray2) {
    return JniUtils.max(ndArray1, ndArray2);
  }

  public static PtNDArray maxPool(
      PtNDArray array, Shape kernelSize, Shape stride, Shape padding, boolean ceilMode) {
    return JniUtils.maxPool(array, kernelSize, stride, padding, ceilMode);
  }

  public static PtNDArray mean(PtNDArray array, long dim, boolean keepDim) {
    return JniUtils.mean(array, dim, keepDim);
  }

  public static PtNDArray min(PtNDArray ndArray1, PtNDArray ndArray2) {
    return JniUtils.min(ndArray1, ndArray2);
  }

  public static PtNDArray mul(PtNDArray ndArray1, PtNDArray ndArray2) {
    return JniUtils.mul(ndArray1, ndArray2);
  }

  public static void muli(PtNDArray ndArray1, PtNDArray ndArray2) {
    JniUtils.muli(ndArray1, ndArray2);
  }

  public static PtNDArray neg(PtNDArray array) {
    return JniUtils.neg(array);
  }

  public static PtNDArray norm(PtNDArray array, int ord, int[] axes, boolean keepDims) {
    return JniUtils.norm(array, ord, axes, keepDims);
  }

  public static PtNDArray pad(PtNDArray array, long[] shape, double value) {
    return JniUtils.pad(array, shape, value);
  }

  public static PtNDArray permute(PtNDArray array, long[] dims) {
    return JniUtils.permute(array, dims);
  }

  public static PtNDArray pow(PtNDArray ndArray1, PtNDArray ndArray2) {
    return JniUtils.pow(ndArray1, ndArray2);
  }

  public static PtNDArray relu(PtNDArray array) {
    return JniUtils.relu(array);
  }

  public static PtNDArray reshape(PtNDArray array, long[] shape) {
    return JniUtils.reshape(array, shape);
  }

  public static void setGradMode(boolean enable) {
    JniUtils.setGradMode(enable);
  }

  public static void setNumThreads(int threads) {
    JniUtils.setNumThreads(threads);
  }

  public static PtNDArray sigmoid(PtNDArray array) {
    return JniUtils.sigmoid(array);
  }

  public static PtNDArray sin(PtNDArray array) {
    return JniUtils.sin(array);
  }

  public static PtNDArray slice(PtNDArray array, long dim, long start, long stop, long step) {
    return JniUtils.slice(array, dim, start, stop, step);
  }

  public static PtNDArray softPlus(PtNDArray array) {
    return JniUtils.softPlus(array);
  }

  public static PtNDArray softmax(PtNDArray array, long dim, DataType dTpe) {
    return JniUtils.softmax(array, dim, dTpe);
  }

  public static NDList split(PtNDArray array, long[] indices, long axis) {
    return JniUtils.split(array, indices, axis);
  }

  public static PtNDArray sqrt(PtNDArray array) {
    return JniUtils.sqrt(array);
  }

  public static PtNDArray square(PtNDArray array) {
    return JniUtils.square(array);
  }

  public static PtNDArray squeeze(PtNDArray array, long dim) {
    return JniUtils.squeeze(array, dim);
  }

  public static PtNDArray sub(PtNDArray ndArray1, PtNDArray ndArray2) {
    return JniUtils.sub(ndArray1, ndArray2);
  }

  public static void subi(PtNDArray ndArray1, PtNDArray ndArray2) {
    JniUtils.subi(ndArray1, ndArray2);
  }

  public static PtNDArray sum(PtNDArray array) {
    return JniUtils.sum(array);
  }

  public static PtNDArray sum(PtNDArray array, long[] dims, boolean keepDim) {
    return JniUtils.sum(array, dims, keepDim);
  }

  public static PtNDArray tanh(PtNDArray array) {
    return JniUtils.tanh(array);
  }

  public static PtNDArray to(PtNDArray array, DataType dataType, Device device) {
    return JniUtils.to(array, dataType, device);
  }

  public static PtNDArray transpose(PtNDArray array, long dim1, long dim2) {
    return JniUtils.transpose(array, dim1, dim2);
  }

  public static PtNDArray unsqueeze(PtNDArray array, long dim) {
    return JniUtils.unsqueeze(array, dim);
  }

  public static PtNDArray where(PtNDArray condition, PtNDArray self, PtNDArray other) {
    return JniUtils.where(condition, self, other);
  }

  public static void zeroGrad(PtNDArray weight) {
    JniUtils.zeroGrad(weight);
  }
}
